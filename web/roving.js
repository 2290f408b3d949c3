// One Tab stop for each group of tabs, radios and options, and for the figures of a region; the arrow keys move inside it (reports.js).
import {attr} from './elements.js';

/** @typedef {import('./elements.js').Item} Item */

const ROVING_PARENT = new Set(['tablist', 'radiogroup', 'listbox']);
const ROVING_CHILD = new Set(['tab', 'radio', 'option']);

/** @param {(el: Element) => Item|undefined} itemOf */
export function createRoving(itemOf) {
  /** @param {Element|null} el */
  function isParent(el) {
    const node = el && itemOf(el)?.node;
    return Boolean(node && (ROVING_PARENT.has(node.role) || node.role === 'region' || node.roving));
  }

  /** What the arrow keys go through, in order. @param {HTMLElement} parent */
  function members(parent) {
    const node = itemOf(parent)?.node;
    const all = [...parent.children].map((el) => itemOf(el)).filter((item) => item !== undefined);
    if (node?.role === 'region') return all.filter((item) => item.node.role === 'figure');
    return all.filter((item) => ROVING_CHILD.has(item.node.role) || node?.roving);
  }

  /** The Tab stop of a group: the focused member, else the selected one. @param {HTMLElement} parent */
  function update(parent) {
    const all = members(parent);
    if (!all.length) return;
    const stop = all.find((m) => m.el === document.activeElement) ?? all.find((m) => m.node.checked || m.node.selected) ??
      all.find((m) => m.el.getAttribute('tabindex') === '0') ?? all[0];
    for (const m of all) attr(m.el, 'tabindex', m === stop ? 0 : -1);
  }

  return {isParent, members, update};
}
