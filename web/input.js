// Pointer, wheel and keyboard of the canvas. Text fields, sliders and links keep their own.

import {MODIFIER, POINTER, POINTER_KIND} from './events.js';

const LINE = 16; // CSS px per wheel line, for browsers that still report lines

/** @param {MouseEvent|KeyboardEvent} e */
const mods = (e) => (e.shiftKey ? MODIFIER.shift : 0) | (e.ctrlKey ? MODIFIER.ctrl : 0) | (e.altKey ? MODIFIER.alt : 0) | (e.metaKey ? MODIFIER.meta : 0);

/**
 * @param {HTMLElement} root
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLElement} stage  lies over the canvas where the app handles two fingers
 * @param {HTMLElement} layer  the semantic elements; visible ones handle touches themselves
 * @param {import('./engine.js').Engine} engine
 * @param {() => void} wake
 * @returns {{lastPointer: () => string}}
 */
export function installInput(root, canvas, stage, layer, engine, wake) {
  let pointerType = '';
  let held = NaN; // the mouse's pointer id while its first button is down

  /** @param {number} phase @param {PointerEvent} e */
  function pointer(phase, e) {
    const box = canvas.getBoundingClientRect();
    engine.call('kvx_pointer', phase, e.pointerId, e.clientX - box.left, e.clientY - box.top, e.buttons,
      POINTER_KIND[/** @type {keyof typeof POINTER_KIND} */ (e.pointerType)] ?? 0, mods(e));
    wake();
  }

  for (const surface of [canvas, stage]) {
    // Browsers deliver at most one move per frame; the event holds the newest position.
    surface.addEventListener('pointermove', (e) => {
      // Released over the browser's own menu or another window: there was no event.
      if (e.pointerId === held && !(e.buttons & 1)) { held = NaN; pointer(POINTER.cancel, e); }
      pointer(POINTER.move, e);
    });
    surface.addEventListener('pointerdown', (e) => {
      if (e.button !== 0) return; // other buttons belong to the browser
      pointerType = e.pointerType;
      if (e.pointerType === 'mouse') held = e.pointerId;
      try { surface.setPointerCapture(e.pointerId); } catch { /* the pointer is gone already */ }
      pointer(POINTER.down, e);
    });
    surface.addEventListener('pointerup', (e) => {
      if (e.pointerType === 'mouse' && e.pointerId !== held) return;
      held = NaN;
      pointer(POINTER.up, e);
    });
    surface.addEventListener('pointercancel', (e) => { held = NaN; pointer(POINTER.cancel, e); });
    // A lifted finger leaves at once, before any frame sees it: UP implies it. Moving from canvas to stage is not leaving.
    surface.addEventListener('pointerleave', (e) => {
      if (e.pointerType !== 'touch' && e.relatedTarget !== canvas && e.relatedTarget !== stage) pointer(POINTER.leave, e);
    });
    // A press on the list below a search must not end the typing.
    surface.addEventListener('mousedown', (e) => { if (document.activeElement?.matches('input[type=search]')) e.preventDefault(); });
    // A long press opens an explanation instead of the browser's menu; the mouse keeps its menu.
    surface.addEventListener('contextmenu', (e) => { if (pointerType === 'touch') e.preventDefault(); });
  }
  // A touch that starts on prose or a field scrolls the panel, as elsewhere. A tap there is left to the browser.
  /** @type {Set<number>} */
  const fingers = new Set();
  layer.addEventListener('pointerdown', (e) => {
    if (e.pointerType !== 'touch' || !(e.target instanceof Element) || !e.target.matches('.v') || e.target.matches('a')) return;
    pointerType = e.pointerType;
    fingers.add(e.pointerId);
    pointer(POINTER.down, e);
  });
  for (const [name, phase] of /** @type {[string, number][]} */ ([['pointermove', POINTER.move], ['pointerup', POINTER.up], ['pointercancel', POINTER.cancel]])) {
    addEventListener(name, (event) => {
      const e = /** @type {PointerEvent} */ (event);
      if (!fingers.has(e.pointerId)) return;
      if (phase !== POINTER.move) fingers.delete(e.pointerId);
      pointer(phase, e);
    });
  }
  visualViewport?.addEventListener('resize', () => document.body.classList.toggle('zoomed', (visualViewport?.scale ?? 1) > 1.01));

  // On the root, so that the wheel also works over a text field. With Ctrl it zooms the page.
  root.addEventListener('wheel', (e) => {
    if (e.ctrlKey) return;
    const box = canvas.getBoundingClientRect();
    const unit = e.deltaMode === 1 ? LINE : e.deltaMode === 2 ? box.height : 1;
    engine.call('kvx_wheel', e.clientX - box.left, e.clientY - box.top, e.deltaX * unit, e.deltaY * unit, mods(e));
    wake();
  }, {passive: true});

  installKeys(root, engine, wake);
  return {lastPointer: () => pointerType};
}

const RANGE_KEYS = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown']);
// These repeat while held down. Anything else happens once per press: a theme flipping at the repeat rate would flash.
const REPEATING = new Set([...RANGE_KEYS, '[', ']', '+', '-', '=']);
const NAMELESS = new Set(['Tab', 'Dead', 'Process', 'Unidentified', 'Shift', 'Control', 'Alt', 'Meta', 'CapsLock', 'AltGraph', 'ContextMenu']);

/**
 * Keys that the focused element needs itself.
 * @param {Element} target @param {string} key
 */
function ownKey(target, key) {
  if (target instanceof HTMLInputElement && target.type === 'range') return RANGE_KEYS.has(key);
  if (target.matches('input, select, textarea, [contenteditable]')) return key !== 'Escape';
  if (target.matches('button, summary, [role=option], [role=tab], [role=radio]')) return key === 'Enter' || key === ' ';
  if (target.matches('a[href], [role=figure]')) return key === 'Enter';
  return false;
}

/**
 * @param {HTMLElement} root
 * @param {import('./engine.js').Engine} engine
 * @param {() => void} wake
 */
export function installKeys(root, engine, wake) {
  /** @type {Set<string>} */
  const held = new Set();

  document.addEventListener('keydown', (e) => {
    const target = /** @type {Element} */ (e.target);
    if (e.defaultPrevented || e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
    if (NAMELESS.has(e.key) || /^F\d+$/.test(e.key)) return;
    if (target !== document.body && !root.contains(target)) return;
    if (ownKey(target, e.key)) return;
    if (e.repeat && !REPEATING.has(e.key)) {
      if (held.has(e.key)) e.preventDefault();
      return;
    }
    held.add(e.key);
    if (engine.call('kvx_key', e.key, 1, mods(e))) e.preventDefault();
    wake();
  });

  document.addEventListener('keyup', (e) => {
    if (!held.delete(e.key)) return;
    engine.call('kvx_key', e.key, 0, mods(e));
    wake();
  });

  function release() {
    if (!held.size) return;
    for (const key of held) engine.call('kvx_key', key, 0, 0);
    held.clear();
    wake();
  }
  addEventListener('blur', release);
  document.addEventListener('visibilitychange', () => { if (document.hidden) release(); });
}
