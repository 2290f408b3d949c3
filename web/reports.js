// What the elements of the mirror report: presses, values, focus and keys.
import {FIELDS} from './elements.js';
import {ACT} from './events.js';

/** @typedef {import('./elements.js').Item} Item */

const TYPED = new Set(['textbox', 'searchbox']);
const ARROWS = /** @type {Record<string, number>} */ ({ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1});
const UP_DOWN = /** @type {Record<string, number>} */ ({ArrowRight: ACT.increment, ArrowUp: ACT.increment, ArrowLeft: ACT.decrement, ArrowDown: ACT.decrement});

/**
 * @param {HTMLElement} layer
 * @param {object} mirror
 * @param {(el: Element) => Item|undefined} mirror.itemOf
 * @param {(id: string, kind: number, value: string) => void} mirror.act
 * @param {ReturnType<typeof import('./roving.js').createRoving>} mirror.roving
 * @param {() => boolean} mirror.quiet  the page itself moves the focus
 */
export function installReports(layer, {itemOf, act, roving, quiet}) {
  /** @param {Item} item @param {number} kind @param {string} [value] */
  function report(item, kind, value = '') {
    if (item.node.disabled && kind !== ACT.focus && kind !== ACT.blur) return;
    if (kind === ACT.set) item.sent = value;
    act(item.node.id, kind, value);
  }

  const valueOf = (/** @type {Item} */ item) => /** @type {HTMLInputElement} */ (item.el).value;
  const target = (/** @type {Event} */ e) => itemOf(/** @type {Element} */ (e.target));

  layer.addEventListener('click', (e) => {
    const item = target(e);
    if (item && !FIELDS.has(item.node.role) && item.node.role !== 'link') report(item, ACT.press);
  });

  layer.addEventListener('input', (e) => {
    const item = target(e);
    if (!item) return;
    if (TYPED.has(item.node.role)) item.edited = true;
    if (item.node.role === 'slider' || item.node.role === 'searchbox') report(item, ACT.set, valueOf(item));
  });

  layer.addEventListener('change', (e) => {
    const item = target(e);
    if (!item || (item.node.role !== 'select' && item.node.role !== 'textbox')) return;
    item.edited = false;
    if (valueOf(item) !== item.sent) report(item, ACT.set, valueOf(item));
  });

  layer.addEventListener('focusin', (e) => {
    const item = target(e);
    if (!item) return;
    item.sent = FIELDS.has(item.node.role) ? valueOf(item) : '';
    item.edited = false;
    if (roving.isParent(item.box.parentElement)) roving.update(/** @type {HTMLElement} */ (item.box.parentElement));
    if (!quiet()) report(item, ACT.focus, item.el.matches(':focus-visible') ? 'keyboard' : '');
  });

  layer.addEventListener('focusout', (e) => {
    const item = target(e);
    if (item) item.edited = false;
    // Do not leave a refused value in the field; an accepted one comes back with the next frame.
    if (item && item.node.role === 'textbox') /** @type {HTMLInputElement} */ (item.el).value = item.node.value ?? '';
    if (item && !quiet()) report(item, ACT.blur);
  });

  /** @param {Item} item @param {KeyboardEvent} e */
  function rovingKey(item, e) {
    const parent = item.box.parentElement;
    if (!roving.isParent(parent)) return false;
    const members = roving.members(/** @type {HTMLElement} */ (parent)).filter((m) => !m.node.disabled);
    const at = members.indexOf(item);
    if (at < 0) return false;
    const to = e.key === 'Home' ? 0 : e.key === 'End' ? members.length - 1 : e.key in ARROWS ? at + ARROWS[e.key] : NaN;
    if (Number.isNaN(to)) return false;
    const next = members[(to + members.length) % members.length];
    if (!next) return false;
    next.el.focus({preventScroll: true});
    if (next.node.role === 'tab' || next.node.role === 'radio') report(next, ACT.press);
    return true;
  }

  /** @param {Item} item @param {KeyboardEvent} e @returns {boolean} used */
  function key(item, e) {
    const {role, inputmode} = item.node;
    switch (role) {
      case 'slider':
        // The app steps its own value: the element's copy may be a tenth of a second old.
        if (e.key in UP_DOWN) report(item, UP_DOWN[e.key]);
        else if (e.key === 'PageUp') report(item, ACT.increment, 'page');
        else if (e.key === 'PageDown') report(item, ACT.decrement, 'page');
        else return false;
        return true;
      case 'searchbox':
        if (e.key === 'ArrowDown') report(item, ACT.increment); // the next result
        else if (e.key === 'ArrowUp') report(item, ACT.decrement);
        else if (e.key === 'Enter') report(item, ACT.press);
        else return false;
        return true;
      case 'textbox':
        if (e.key === 'Enter') {
          item.edited = false;
          report(item, ACT.set, valueOf(item));
          report(item, ACT.press);
        } else if (inputmode && (e.key === 'ArrowUp' || e.key === 'ArrowDown')) {
          report(item, UP_DOWN[e.key]);
        } else return false;
        return true;
      case 'select':
        // The browser's own list finds only beginnings: letters open the search instead.
        if (!item.node.typed || (e.key !== 'Enter' && (e.key.length > 1 || e.key === ' '))) return false;
        report(item, ACT.press, e.key === 'Enter' ? '' : e.key);
        return true;
      case 'option':
        if (e.key === 'Enter' || e.key === ' ') { report(item, ACT.press); return true; }
        return rovingKey(item, e);
      case 'figure':
      case 'image':
        if (e.key === 'Enter') { report(item, ACT.press); return true; }
        return rovingKey(item, e);
      default:
        return rovingKey(item, e);
    }
  }

  layer.addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const item = target(e);
    if (item && key(item, e)) e.preventDefault();
  });
}
