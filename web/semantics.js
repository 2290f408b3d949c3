// The mirror: native elements where the canvas draws. Focus, keyboard, screen readers, tests and the phone's keyboard meet the app here.
import {attr, CONTAINERS, create, FIELDS, kindOf, labelled, update} from './elements.js';
import {installReports} from './reports.js';

/** @typedef {import('./elements.js').SemNode} SemNode */
/** @typedef {import('./elements.js').Item} Item */

const ROVING_PARENT = new Set(['tablist', 'radiogroup', 'listbox']);
const ROVING_CHILD = new Set(['tab', 'radio', 'option']);
const FOCUSABLE = 'input:not(:disabled), select:not(:disabled), button:not([tabindex="-1"]), a[href], [tabindex="0"]';

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
function createModal(layer, {items, root, focused, focusQuietly, lastPointer}) {
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

/**
 * @param {HTMLElement} layer
 * @param {{act: (id: string, kind: number, value: string) => void, kind: {readable: boolean}, root: HTMLElement, lastPointer: () => string}} page
 */
export function createSemantics(layer, {act, kind: page, root, lastPointer}) {
  /** @type {Map<string, Item>} */
  const items = new Map();
  /** @type {WeakMap<Element, Item>} */
  const itemOf = new WeakMap();
  /** @type {string[]} */
  let order = [];
  let quiet = false; // focus moved by the page itself

  const focused = () => itemOf.get(/** @type {Element} */ (document.activeElement));

  /** @param {HTMLElement} el */
  function focusQuietly(el) {
    quiet = true;
    el.focus({preventScroll: true});
    quiet = false;
  }

  const modal = createModal(layer, {items, root, focused, focusQuietly, lastPointer});

  // ── nodes to elements ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** @param {SemNode} node */
  function ensure(node) {
    const kind = kindOf(node);
    const old = items.get(node.id);
    if (old && old.kind === kind) return old;
    const el = create(kind);
    /** @type {Item} */
    const item = {node: {id: node.id, role: node.role}, el, box: el, kind, sent: ''};
    el.dataset.id = node.id;
    if (page.readable && FIELDS.has(node.role)) item.box = labelled(el, node.role);
    items.set(node.id, item);
    itemOf.set(el, item);
    if (old) {
      const had = old.el === document.activeElement;
      old.box.replaceWith(item.box);
      while (old.el.firstElementChild && CONTAINERS.has(kind)) el.append(old.el.firstElementChild);
      if (had) focusQuietly(el);
    }
    return item;
  }

  // ── tree, order, focus ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** @param {SemNode} node */
  const parentEl = (node) => (node.parent && items.get(node.parent)?.el) || layer;

  function arrange() {
    /** @type {Map<HTMLElement, HTMLElement[]>} */
    const children = new Map();
    for (const id of order) {
      const item = items.get(id);
      if (!item) continue;
      const parent = parentEl(item.node);
      const list = children.get(parent);
      if (list) list.push(item.box);
      else children.set(parent, [item.box]);
    }
    const active = document.activeElement;
    for (const [parent, list] of children) {
      let cursor = parent.firstElementChild;
      while (cursor && !(cursor instanceof HTMLElement && cursor.dataset.id !== undefined) && !cursor.matches('.field')) cursor = cursor.nextElementSibling;
      for (const box of list) {
        if (box === cursor) {
          cursor = cursor.nextElementSibling;
          continue;
        }
        if (active && box.contains(active) && box.parentElement === parent) {
          // Moving the focused element would blur it: move what is before it instead.
          while (cursor && cursor !== box) {
            const next = cursor.nextElementSibling;
            parent.append(cursor);
            cursor = next;
          }
          cursor = box.nextElementSibling;
        } else {
          parent.insertBefore(box, cursor);
        }
      }
    }
    if (active instanceof HTMLElement && active !== document.activeElement && active.isConnected && itemOf.has(active)) focusQuietly(active);
  }

  /** One Tab stop in each group of tabs, radios and options: the selected one. @param {HTMLElement} parent */
  function rove(parent) {
    const members = [...parent.children].map((el) => itemOf.get(el)).filter((item) => item !== undefined)
      .filter((item) => ROVING_CHILD.has(item.node.role) || itemOf.get(parent)?.node.roving);
    if (!members.length) return;
    const stop = members.find((m) => m.el === document.activeElement) ?? members.find((m) => m.node.checked || m.node.selected) ?? members[0];
    for (const m of members) attr(m.el, 'tabindex', m === stop ? 0 : -1);
  }

  const isRovingParent = (/** @type {Element|null} */ el) => {
    const node = el && itemOf.get(el)?.node;
    return Boolean(node && (ROVING_PARENT.has(node.role) || node.roving));
  };

  /** @param {string} json */
  function apply(json) {
    /** @type {{remove?: string[], set?: SemNode[], order?: string[], focus?: string}} */
    const diff = JSON.parse(json);
    const before = focused();
    /** @type {Set<HTMLElement>} */
    const groups = new Set();
    let structure = Boolean(diff.order);

    // A node without a role changes only the fields it names.
    const set = (diff.set ?? []).map((node) => (node.role ? node : {...items.get(node.id)?.node, ...node})).filter((node) => node.role);
    for (const node of set) {
      const old = items.get(node.id);
      const item = ensure(node);
      if (item !== old || old.node.parent !== node.parent) structure = true;
      update(item, node, page.readable);
    }
    for (const node of set) {
      const {box} = /** @type {Item} */ (items.get(node.id));
      const parent = parentEl(node);
      if (box.parentElement !== parent) parent.append(box);
      if (isRovingParent(parent)) groups.add(parent);
      if (!order.includes(node.id)) order.push(node.id);
    }
    const kept = new Set(set.map((node) => node.id));
    for (const id of diff.remove ?? []) {
      const item = items.get(id);
      if (!item || kept.has(id)) continue;
      if (isRovingParent(item.box.parentElement)) groups.add(/** @type {HTMLElement} */ (item.box.parentElement));
      item.box.remove();
      items.delete(id);
      structure = true;
    }
    if (diff.order) order = diff.order;
    else if (structure) order = order.filter((id) => items.has(id));
    if (structure) arrange();
    for (const group of groups) if (group.isConnected) rove(group);
    modal.update();
    const wanted = diff.focus && items.get(diff.focus)?.el;
    if (wanted) {
      if (!wanted.matches(FOCUSABLE)) wanted.tabIndex = -1; // a heading
      wanted.focus({preventScroll: true});
    }
    // The focused element was removed: keys still belong to the app.
    else if (before && !before.el.isConnected && document.activeElement === document.body) focusQuietly(root);
  }

  installReports(layer, {itemOf: (el) => itemOf.get(el), act, isRovingParent, rove, quiet: () => quiet});

  return {
    apply,
    /** Starts over: the program sends the whole list again. */
    reset() {
      items.clear();
      order = [];
      modal.forget();
      layer.replaceChildren();
    },
    /** for tests */
    size: () => items.size,
  };
}
