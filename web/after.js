// Work that can wait until after the frame that requested it, so that the frame is not late. The last of a kind replaces the others.

/** @returns {{later: (kind: string, run: () => void) => void, now: () => void}} */
export function createAfter() {
  /** @type {Map<string, () => void>} */
  const due = new Map();
  function now() {
    const runs = [...due.values()];
    due.clear();
    for (const run of runs) run();
  }
  const {port1, port2} = new MessageChannel(); // a task of its own, without a timer's delay
  port1.onmessage = now;
  // the page may be gone before that task runs
  addEventListener('pagehide', now);
  document.addEventListener('visibilitychange', () => { if (document.hidden) now(); });
  return {
    now,
    later(kind, run) {
      if (!due.size) port2.postMessage(0);
      due.set(kind, run);
    },
  };
}
