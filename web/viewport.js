// What the app must know of its window: size in CSS and device pixels, safe areas, preferences. Read here, sent before the next frame.

import {FLAG} from './events.js';

// Drawing costs by the pixel: phones get at most 2 device pixels a CSS pixel and 4 megapixels.
const PHONE_RATIO = 2;
const PHONE_PIXELS = 4e6;

/** What a person chose for the whole system, as 0xBBGGRR. */
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
  let installable = false;
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

  // The pixel ratio has no event of its own: a query for today's value fires when it stops being true.
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
    // The exact box knows which way a fraction was rounded; an emulated pixel ratio is not in it, so a far value is not believed.
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

  function backing() {
    let {w, h} = device;
    const phone = media.coarse.matches && Math.min(screen.width, screen.height) < 900;
    if (phone) {
      const ratio = w / Math.max(1, css.w);
      const scale = Math.min(1, PHONE_RATIO / ratio, Math.sqrt(PHONE_PIXELS / Math.max(1, w * h)));
      if (scale < 1) { w = Math.round(w * scale); h = Math.round(h * scale); }
    }
    return {w: Math.max(1, w), h: Math.max(1, h)};
  }

  return {
    media,
    touch,
    /** @param {boolean} on */
    setInstallable(on) {
      if (on !== installable) { installable = on; touch(); }
    },
    /**
     * In the frame that draws: setting the backing size clears the picture.
     * @param {import('./engine.js').Engine} engine
     */
    apply(engine) {
      if (!dirty) return;
      dirty = false;
      let flags = 0;
      for (const key of /** @type {(keyof typeof media)[]} */ (Object.keys(media))) if (media[key].matches) flags |= FLAG[key];
      if (document.hidden) flags |= FLAG.hidden;
      if (kind.software) flags |= FLAG.software;
      if (installable) flags |= FLAG.installable;
      if (kind.readable) {
        // Nothing is drawn; a wide window keeps every panel open, so that every node is in the list.
        engine.call('kvx_viewport', 1440, 900, 1440, 900, 0, 0, 0, 0, flags & ~FLAG.coarse | FLAG.textOnly);
        return;
      }
      if (media.forcedColors.matches) engine.call('kvx_colors', ...systemColours());
      const {w, h} = backing();
      if (canvas.width !== w) canvas.width = w;
      if (canvas.height !== h) canvas.height = h;
      const safe = getComputedStyle(probe);
      const inset = (/** @type {string} */ side) => parseFloat(safe.getPropertyValue('padding-' + side)) || 0;
      engine.call('kvx_viewport', css.w, css.h, w, h, inset('top'), inset('right'), inset('bottom'), inset('left'), flags);
    },
  };
}
