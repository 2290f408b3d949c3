// Dialogs of the mirror: what is behind one, and where the focus goes.

/** @typedef {import('./elements.js').Item} Item */

export const FOCUSABLE = 'input:not(:disabled), select:not(:disabled), button:not([tabindex="-1"]), a[href], [tabindex="0"]';

/**
 * While a dialog is open the rest is inert; the focus moves into it, and back when it closes.
 * @param {HTMLElement} layer
 * @param {object} mirror
 * @param {Map<string, Item>} mirror.items
 * @param {HTMLElement} mirror.root
 * @param {() => Item|undefined} mirror.focused
 * @param {(el: HTMLElement) => void} mirror.focusQuietly
 * @param {() => string} mirror.lastPointer
 */
export function createModal(layer, {items, root, focused, focusQuietly, lastPointer}) {
  /** @type {Item|null} */
  let modal = null;
  let opener = '';

  function update() {
    let top = null;
    for (const item of items.values()) {
      if (item.node.role !== 'dialog' || item.node.modal === false || !item.box.isConnected) continue;
      if (!top || top.el.compareDocumentPosition(item.el) & Node.DOCUMENT_POSITION_FOLLOWING) top = item;
    }
    if (!top && !modal) return;
    const opened = top && top !== modal && !(modal && top.el.contains(modal.el));
    const closed = modal && top !== modal;
    if (opened && !modal) opener = focused()?.node.id ?? top?.node.opener ?? ''; // a press on the canvas focuses nothing
    modal = top;
    for (const skip of document.querySelectorAll('.skip')) /** @type {HTMLElement} */ (skip).inert = Boolean(top);
    for (const {box} of items.values()) if (box.inert) box.inert = false;
    if (top) {
      for (let el = /** @type {HTMLElement} */ (top.el); el !== layer; el = /** @type {HTMLElement} */ (el.parentElement)) {
        for (const sibling of /** @type {HTMLElement} */ (el.parentElement).children) {
          if (sibling !== el && sibling instanceof HTMLElement) sibling.inert = true;
        }
      }
    }
    if (opened && top && !top.el.contains(document.activeElement)) {
      const search = /** @type {HTMLInputElement|null} */ (top.el.querySelector('input[type=search]'));
      const first = search ?? /** @type {HTMLElement|null} */ (top.el.querySelector(FOCUSABLE));
      // A focused field opens the phone's keyboard: not before it is tapped, unless the dialog is a search.
      const keyboard = !search && first?.matches('input[type=text]') && lastPointer() === 'touch';
      if (!first || keyboard) top.el.tabIndex = -1;
      (first && !keyboard ? first : top.el).focus({preventScroll: true});
      search?.setSelectionRange(search.value.length, search.value.length); // typing goes on after what is there
    } else if (closed && !top) {
      const back = items.get(opener);
      if (!focused()) back ? back.el.focus({preventScroll: true}) : focusQuietly(root);
      opener = '';
    }
  }

  return {update, forget() { modal = null; }};
}
