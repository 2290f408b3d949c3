// Frames on demand: one requestAnimationFrame when something asked, a timer for a deadline, nothing otherwise, nothing while hidden.

/**
 * @param {(now: number) => number} draw  draws one frame; returns 0 for another at once, ms for one later, -1 for none
 */
export function createFrames(draw) {
  let request = 0;
  let timer = 0;
  let stopped = false;

  /** @param {number} now */
  function tick(now) {
    request = 0;
    const delay = draw(now);
    if (stopped || document.hidden || request) return;
    if (delay === 0) wake();
    else if (delay > 0) later(delay);
  }

  function cancel() {
    if (request) cancelAnimationFrame(request);
    if (timer) clearTimeout(timer);
    request = timer = 0;
  }

  /** @param {number} ms */
  function later(ms) {
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => { timer = 0; wake(); }, ms);
  }

  function wake() {
    if (stopped || document.hidden || request) return;
    if (timer) { clearTimeout(timer); timer = 0; }
    request = requestAnimationFrame(tick);
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) cancel();
    else wake();
  });
  addEventListener('pageshow', (event) => { if (event.persisted) wake(); });

  return {
    wake,
    stop() { stopped = true; cancel(); },
    resume() { stopped = false; wake(); },
  };
}
