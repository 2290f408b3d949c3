// What the app must know about its window: size in CSS and device pixels, safe areas, preferences. Sent before the next frame.

import {FLAG} from './events.js';

// The cost of drawing grows with pixels: phones get at most 2 device pixels per CSS pixel and 4 megapixels.
const PHONE_RATIO = 2;
const PHONE_PIXELS = 4e6;
// A 6K screen (6016 × 3384) is drawn pixel by pixel; a larger picture with fewer, but never less than one a CSS pixel.
const DESK_PIXELS = 20.4e6;

/**
 * Pixels of the picture, in the window's proportions.
 * @param {{w: number, h: number}} css @param {{w: number, h: number}} device @param {boolean} phone
 */
export function backingSize(css, device, phone) {
  const ratio = device.w / Math.max(1, css.w), pixels = Math.max(1, device.w * device.h);
  const scale = phone ? Math.min(1, PHONE_RATIO / ratio, Math.sqrt(PHONE_PIXELS / pixels))
    : Math.min(1, Math.max(1 / Math.max(1, ratio), Math.sqrt(DESK_PIXELS / pixels)));
  const part = (/** @type {number} */ n) => Math.max(1, scale < 1 ? Math.round(n * scale) : n);
  return {w: part(device.w), h: part(device.h)};
}

/** The system colours, as 0xBBGGRR. */
function systemColours() {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const colours = ['Canvas', 'CanvasText', 'Highlight', 'HighlightText', 'ButtonFace', 'LinkText'].map((name) => {
    probe.style.color = name;
    const [r, g, b] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? ['0', '0', '0']).map(Number);
    return Math.round(b) << 16 | Math.round(g) << 8 | Math.round(r);
  });
  probe.remove();
  return colours;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{software: boolean, readable: boolean}} kind
 * @param {() => void} changed
 */
export function createViewport(canvas, kind, changed) {
  const probe = /** @type {HTMLElement} */ (document.getElementById('safe-area'));
  let dirty = true;
  let css = {w: canvas.clientWidth, h: canvas.clientHeight};
  let device = {w: 0, h: 0};

  const touch = () => { dirty = true; changed(); };

  const media = {
    coarse: matchMedia('(pointer: coarse)'),
    reducedMotion: matchMedia('(prefers-reduced-motion: reduce)'),
    light: matchMedia('(prefers-color-scheme: light)'),
    forcedColors: matchMedia('(forced-colors: active)'),
    moreContrast: matchMedia('(prefers-contrast: more)'),
    lessTransparency: matchMedia('(prefers-reduced-transparency: reduce)'),
  };
  for (const query of Object.values(media)) query.addEventListener('change', touch);

  // The pixel ratio has no event of its own: a media query for the current value fires when it stops matching.
  function armRatio() {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener('change', () => { measure(); armRatio(); touch(); }, {once: true});
  }

  function measure() {
    css = {w: canvas.clientWidth, h: canvas.clientHeight};
    device = {w: Math.round(css.w * devicePixelRatio), h: Math.round(css.h * devicePixelRatio)};
  }

  const observer = new ResizeObserver(([entry]) => {
    css = {w: entry.contentRect.width, h: entry.contentRect.height};
    const exact = entry.devicePixelContentBoxSize?.[0];
    device = {w: Math.round(css.w * devicePixelRatio), h: Math.round(css.h * devicePixelRatio)};
    // The exact box shows how a fraction was rounded. It ignores emulated pixel ratios, so a value that is far off is not used.
    if (exact && Math.abs(exact.inlineSize - device.w) <= 2 && Math.abs(exact.blockSize - device.h) <= 2) {
      device = {w: exact.inlineSize, h: exact.blockSize};
    }
    touch();
  });

  measure();
  armRatio();
  try {
    observer.observe(canvas, {box: 'device-pixel-content-box'});
  } catch {
    observer.observe(canvas);
  }
  document.addEventListener('visibilitychange', touch);
  addEventListener('orientationchange', touch);

  return {
    media,
    touch,
    /**
     * Call in the frame that draws: setting the backing size clears the picture.
     * @param {import('./engine.js').Engine} engine
     */
    apply(engine) {
      if (!dirty) return;
      dirty = false;
      let flags = 0;
      for (const key of /** @type {(keyof typeof media)[]} */ (Object.keys(media))) if (media[key].matches) flags |= FLAG[key];
      if (document.hidden) flags |= FLAG.hidden;
      if (kind.software) flags |= FLAG.software;
      if (kind.readable) {
        // Nothing is drawn; a wide window keeps every panel open, so that every node is in the list.
        engine.call('kvx_viewport', 1440, 900, 1440, 900, 0, 0, 0, 0, flags & ~FLAG.coarse | FLAG.textOnly);
        return;
      }
      if (media.forcedColors.matches) engine.call('kvx_colors', ...systemColours());
      const {w, h} = backingSize(css, device, media.coarse.matches && Math.min(screen.width, screen.height) < 900);
      if (canvas.width !== w) canvas.width = w;
      if (canvas.height !== h) canvas.height = h;
      const safe = getComputedStyle(probe);
      const inset = (/** @type {string} */ side) => parseFloat(safe.getPropertyValue('padding-' + side)) || 0;
      engine.call('kvx_viewport', css.w, css.h, w, h, inset('top'), inset('right'), inset('bottom'), inset('left'), flags);
    },
  };
}
