// One Tab stop for each group of tabs, radios and options; the arrow keys move inside it (reports.js).
import {attr} from './elements.js';

/** @typedef {import('./elements.js').Item} Item */

const ROVING_PARENT = new Set(['tablist', 'radiogroup', 'listbox']);
const ROVING_CHILD = new Set(['tab', 'radio', 'option']);

/** @param {(el: Element) => Item|undefined} itemOf */
export function createRoving(itemOf) {
  /** @param {Element|null} el */
  function isParent(el) {
    const node = el && itemOf(el)?.node;
    return Boolean(node && (ROVING_PARENT.has(node.role) || node.roving));
  }

  /** The Tab stop of a group: the focused member, else the selected one. @param {HTMLElement} parent */
  function update(parent) {
    const members = [...parent.children].map((el) => itemOf(el)).filter((item) => item !== undefined)
      .filter((item) => ROVING_CHILD.has(item.node.role) || itemOf(parent)?.node.roving);
    if (!members.length) return;
    const stop = members.find((m) => m.el === document.activeElement) ?? members.find((m) => m.node.checked || m.node.selected) ?? members[0];
    for (const m of members) attr(m.el, 'tabindex', m === stop ? 0 : -1);
  }

  return {isParent, update};
}
