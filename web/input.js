// Pointer, wheel and keyboard of the canvas. Text fields, sliders and links keep their own.

const MOVE = 0, DOWN = 1, UP = 2, CANCEL = 3, LEAVE = 4;
const KIND = {mouse: 0, touch: 1, pen: 2};
const LINE = 16; // CSS px of a wheel line, where a browser still reports lines

/** @param {MouseEvent|KeyboardEvent} e */
const mods = (e) => (e.shiftKey ? 1 : 0) | (e.ctrlKey ? 2 : 0) | (e.altKey ? 4 : 0) | (e.metaKey ? 8 : 0);

/**
 * @param {HTMLElement} root
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLElement} stage  lies over the canvas where two fingers mean something to the app
 * @param {import('./engine.js').Engine} engine
 * @param {() => void} wake
 * @returns {{lastPointer: () => string}}
 */
export function installInput(root, canvas, stage, engine, wake) {
  let pointerType = '';

  /** @param {number} type @param {PointerEvent} e */
  function pointer(type, e) {
    const box = canvas.getBoundingClientRect();
    engine.call('kvx_pointer', type, e.pointerId, e.clientX - box.left, e.clientY - box.top, e.buttons,
      KIND[/** @type {keyof typeof KIND} */ (e.pointerType)] ?? 0, mods(e));
    wake();
  }

  for (const surface of [canvas, stage]) {
    // Browsers already deliver at most one move a frame; the event holds the newest position.
    surface.addEventListener('pointermove', (e) => pointer(MOVE, e));
    surface.addEventListener('pointerdown', (e) => {
      pointerType = e.pointerType;
      try { surface.setPointerCapture(e.pointerId); } catch { /* the pointer is gone already */ }
      pointer(DOWN, e);
    });
    surface.addEventListener('pointerup', (e) => pointer(UP, e));
    surface.addEventListener('pointercancel', (e) => pointer(CANCEL, e));
    // A finger that is lifted leaves at once, before any frame has seen it: its UP says both. From canvas to stage nothing is left.
    surface.addEventListener('pointerleave', (e) => {
      if (e.pointerType !== 'touch' && e.relatedTarget !== canvas && e.relatedTarget !== stage) pointer(LEAVE, e);
    });
    // A long press opens an explanation, not the browser's menu; the mouse keeps its menu.
    surface.addEventListener('contextmenu', (e) => { if (pointerType === 'touch') e.preventDefault(); });
  }
  visualViewport?.addEventListener('resize', () => document.body.classList.toggle('zoomed', (visualViewport?.scale ?? 1) > 1.01));

  // On the root, so that the wheel also works over a text field. With Ctrl it is the browser's zoom.
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
