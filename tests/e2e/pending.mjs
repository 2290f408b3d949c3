// What a page has requested from its browser and not received yet. With nothing pending, nothing happens before the next input: tests
// recognise rest without watching the time, however slow the machine. The functions run in the page, so each is self-contained.

/** Counts frames, timers, draw calls and requests; `idle()` says whether any is pending. Call it before the page's own scripts, or soon after. */
export function countPending() {
  if (globalThis.__count) return;
  const SOON = 1000; // longer timers only clean up (a message, an object URL); tests do not wait for them
  const frames = new Set();
  const timers = new Map();
  let requests = 0;
  // A test's clock replaces these; waiting for the browser needs the real ones (harness.mjs keeps them).
  const real = globalThis.__real ?? {raf: globalThis.requestAnimationFrame.bind(globalThis), setTimeout: globalThis.setTimeout.bind(globalThis)};
  const count = globalThis.__count = {
    frames: 0, timers: 0, draws: 0,
    /** Nothing pending that comes soon. */
    idle: () => !frames.size && !requests && [...timers.values()].every((ms) => ms > SOON),
    /** Nothing pending at all. */
    still: (minutes = Infinity) => !frames.size && !requests && [...timers.values()].every((ms) => ms >= minutes * 60_000),
    /** One turn of the browser: a frame, if it gives one to this page, and what follows it. */
    turn: () => new Promise((done) => {
      const after = () => real.setTimeout(done, 0);
      if (document.hidden) after();
      else real.raf(after);
      real.setTimeout(done, 500); // a page in the background gets none
    }),
  };
  const raf = globalThis.requestAnimationFrame;
  globalThis.requestAnimationFrame = (f) => {
    const id = raf.call(globalThis, (t) => { frames.delete(id); count.frames++; return f(t); });
    frames.add(id);
    return id;
  };
  const cancel = globalThis.cancelAnimationFrame;
  globalThis.cancelAnimationFrame = (id) => { frames.delete(id); cancel.call(globalThis, id); };
  for (const [set, clear, once] of [['setTimeout', 'clearTimeout', true], ['setInterval', 'clearInterval', false]]) {
    const original = globalThis[set], stop = globalThis[clear];
    globalThis[set] = (f, ms = 0, ...rest) => {
      const id = original.call(globalThis, (...args) => { if (once) timers.delete(id); count.timers++; return f(...args); }, ms, ...rest);
      timers.set(id, ms);
      return id;
    };
    globalThis[clear] = (id) => { timers.delete(id); stop.call(globalThis, id); };
  }
  const waits = (object, name) => {
    const original = object?.[name];
    if (original) object[name] = function (...args) {
      requests++;
      const answer = original.apply(this, args);
      const over = () => { requests--; };
      answer.then(over, over);
      return answer;
    };
  };
  waits(globalThis, 'fetch');
  for (const name of ['arrayBuffer', 'blob', 'json', 'text']) waits(globalThis.Response?.prototype, name);
  for (const name of ['compile', 'compileStreaming']) waits(globalThis.WebAssembly, name);
  for (const name of ['drawArrays', 'drawElements', 'drawArraysInstanced', 'drawElementsInstanced', 'clear']) {
    const original = globalThis.WebGL2RenderingContext?.prototype[name];
    if (original) globalThis.WebGL2RenderingContext.prototype[name] = function (...args) { count.draws++; original.apply(this, args); };
  }
}

/** Nothing pending, and nothing happens in three turns of the browser: its own queue (input, sizes) is empty. */
export async function atRest() {
  const count = globalThis.__count;
  if (!count) return false;
  for (let turn = 0; turn < 3; turn++) {
    const before = count.frames + count.timers;
    await count.turn();
    if (!count.idle() || count.frames + count.timers !== before) return false;
  }
  return true;
}
