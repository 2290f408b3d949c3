// One clock for all elements of a page: one animation frame and one timer, however many there are, and a frame that ends in time.

/** Rectangles that all elements together may fill in a frame: about 6 ms where a processor draws them. */
export const MOST_RECTANGLES = 4000;

/** @typedef {{update: (most: number) => number | void}} Drawn an element; update fills about `most` rectangles and returns how many it filled */

/** @type {Set<Drawn>} those that want the next frame, the longest waiting first */
const waiting = new Set();
let asked = 0;

function frame() {
  asked = 0;
  let left = MOST_RECTANGLES;
  try {
    for (const one of [...waiting]) {
      if (left <= 0) break;
      waiting.delete(one); // it may request another, behind the others
      left -= one.update(left) || 0;
    }
  } finally { // one that fails must not hold up the others
    if (waiting.size && !asked) asked = requestAnimationFrame(frame);
  }
}

/** @param {Drawn} one */
export function inNextFrame(one) {
  waiting.add(one);
  asked ||= requestAnimationFrame(frame);
}

/** @param {Drawn} one */
export function notInNextFrame(one) {
  waiting.delete(one);
  if (waiting.size || !asked) return;
  cancelAnimationFrame(asked);
  asked = 0;
}

const TICK = 16; // tasks are due on its multiples, so that those of many elements coincide

/** @type {Map<object, {due: number, run: () => void}>} */
const due = new Map();
let timer = 0;
let timerDue = Infinity;

function ring() {
  timer = 0;
  timerDue = Infinity;
  const now = performance.now();
  for (const [key, task] of [...due]) {
    if (task.due > now + 1 || due.get(key) !== task) continue;
    due.delete(key);
    task.run();
  }
  arm();
}

function arm() {
  const next = Math.min(Infinity, ...[...due.values()].map((task) => task.due));
  if (next === timerDue) return;
  clearTimeout(timer);
  timerDue = next;
  timer = next === Infinity ? 0 : window.setTimeout(ring, Math.max(0, next - performance.now()));
}

/** Runs once after so many milliseconds; a key has one task. @param {number} ms @param {object} key @param {() => void} run */
export function after(ms, key, run) {
  due.set(key, {due: Math.ceil((performance.now() + ms) / TICK) * TICK, run});
  arm();
}

/** @param {object} key */
export function cancel(key) {
  if (due.delete(key)) arm();
}

/** @param {object} key */
export const isSet = (key) => due.has(key);
