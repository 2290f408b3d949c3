// Frames on demand: one requestAnimationFrame when requested, a timer for a deadline, otherwise nothing; nothing while hidden.
// Half the rate while the battery is low.

const HALF_MS = 24; // then takes the next display frame: every second one at 60 Hz
const LOW_BATTERY = 0.2;

/**
 * @param {(now: number) => number} draw  draws one frame; returns 0 for another at once, ms for one later, -1 for none
 */
export function createFrames(draw) {
  let request = 0;
  let timer = 0;
  let stopped = false;
  let sparing = false;

  /** @param {number} now */
  function tick(now) {
    request = 0;
    const delay = draw(now);
    if (stopped || document.hidden || request) return;
    if (delay === 0) sparing ? later(HALF_MS) : wake();
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

  // Only Chromium reports the battery; other browsers slow frames down by themselves.
  /** @type {any} */ (navigator).getBattery?.().then((/** @type {any} */ battery) => {
    const look = () => { sparing = !battery.charging && battery.level <= LOW_BATTERY; };
    for (const event of ['levelchange', 'chargingchange']) battery.addEventListener(event, look);
    look();
  }).catch(() => { /* forbidden: full rate */ });

  return {
    wake,
    /** A frame without waiting for the display. */
    now() {
      if (stopped) return;
      cancel();
      tick(performance.now());
    },
    stop() { stopped = true; cancel(); },
    resume() { stopped = false; wake(); },
  };
}
