// What a page has asked of its browser and not got yet. When that is nothing, nothing can happen until somebody does something: so rest
// is known, however slow the machine, and no test has to watch the time. The functions run in the page: each stands alone.

/** Counts frames, timers, draw calls and requests; `idle()` says whether any is outstanding. Before the page's own scripts, or soon after. */
export function countAsked() {
  if (globalThis.__count) return;
  const SOON = 1000; // a timer beyond it takes something away by itself (a message, an object URL): nobody waits for that
  const frames = new Set();
  const timers = new Map();
  let requests = 0;
  // A test's clock replaces the browser's: what these wait for is the browser itself (harness.mjs keeps them).
  const real = globalThis.__real ?? {raf: globalThis.requestAnimationFrame.bind(globalThis), setTimeout: globalThis.setTimeout.bind(globalThis)};
  const count = globalThis.__count = {
    frames: 0, timers: 0, draws: 0,
    /** Nothing is asked for that comes soon. */
    idle: () => !frames.size && !requests && [...timers.values()].every((ms) => ms > SOON),
    /** Nothing is asked for at all. */
    still: () => !frames.size && !requests && !timers.size,
    /** One turn of the browser: a frame, if it gives one to this page, and what follows it. */
    turn: () => new Promise((done) => {
      const after = () => real.setTimeout(done, 0);
      if (document.hidden) after();
      else real.raf(after);
      real.setTimeout(done, 500); // a page that is not looked at gets none
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
    if (original) globalThis.WebGL2RenderingContext.prototype[name] = function (...args) { count.draws++; return original.apply(this, args); };
  }
}

/** Nothing outstanding, and nothing happens in three turns of the browser: what it had in hand itself (input, sizes) has arrived. */
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
