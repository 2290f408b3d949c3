// The mirror: native elements over what the canvas draws, for focus, keyboard, screen readers, tests and the phone's keyboard.
import {CONTAINERS, create, FIELDS, kindOf, labelled, update} from './elements.js';
import {FOCUSABLE, createModal} from './modal.js';
import {installReports} from './reports.js';
import {createRoving} from './roving.js';

/** @typedef {import('./elements.js').SemNode} SemNode */
/** @typedef {import('./elements.js').Item} Item */

/**
 * Puts the boxes of one parent in this order, without blurring the focused element.
 * @param {HTMLElement} parent @param {HTMLElement[]} boxes @param {Element|null} focused
 */
function placeInOrder(parent, boxes, focused) {
  let cursor = parent.firstElementChild;
  while (cursor && !(cursor instanceof HTMLElement && cursor.dataset.id !== undefined) && !cursor.matches('.field')) cursor = cursor.nextElementSibling;
  for (const box of boxes) {
    if (box === cursor) {
      cursor = cursor.nextElementSibling;
      continue;
    }
    if (focused && box.contains(focused) && box.parentElement === parent) {
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
  let resume = ''; // what was focused before it started over
  /** @type {string[]} the last elements that had the focus */
  const trail = [];

  const focused = () => itemOf.get(/** @type {Element} */ (document.activeElement));

  /** @param {HTMLElement} el */
  function focusQuietly(el) {
    quiet = true;
    el.focus({preventScroll: true});
    quiet = false;
  }

  const roving = createRoving((el) => itemOf.get(el));
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
    for (const [parent, boxes] of children) placeInOrder(parent, boxes, active);
    if (active instanceof HTMLElement && active !== document.activeElement && active.isConnected && itemOf.has(active)) focusQuietly(active);
  }

  /**
   * Who gets the focus of an element that is gone: the next one of its kind (the next saving), what was focused before
   * a message came, or the heading above.
   * @param {string} id @param {string[]} was  the order it stood in
   */
  function heir(id, was) {
    const at = was.indexOf(id), kind = id.split('.')[0];
    const there = (/** @type {string|undefined} */ other) => {
      const el = other === undefined ? undefined : items.get(other)?.el;
      return el?.isConnected && !el.closest('[inert]') ? el : undefined;
    };
    const same = (/** @type {string} */ other) => other !== id && other.split('.')[0] === kind && there(other)?.matches(FOCUSABLE);
    const next = was.slice(at + 1).find(same) ?? was.slice(0, Math.max(0, at)).reverse().find(same);
    const before = kind === 'notice' || kind === 'undo' ? [...trail].reverse().find((other) => there(other)) : undefined;
    const heading = was.slice(0, Math.max(0, at)).reverse().find((other) => /^h\d$/i.test(there(other)?.tagName ?? ''));
    return there(next ?? before ?? heading);
  }

  /** @param {string} json */
  function apply(json) {
    /** @type {{remove?: string[], set?: SemNode[], order?: string[], focus?: string}} */
    const diff = JSON.parse(json);
    const before = focused();
    /** @type {Set<HTMLElement>} */
    const groups = new Set();
    let structure = Boolean(diff.order);
    const was = order;

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
      if (roving.isParent(parent)) groups.add(parent);
      if (!order.includes(node.id)) order.push(node.id);
    }
    const kept = new Set(set.map((node) => node.id));
    for (const id of diff.remove ?? []) {
      const item = items.get(id);
      if (!item || kept.has(id)) continue;
      if (roving.isParent(item.box.parentElement)) groups.add(/** @type {HTMLElement} */ (item.box.parentElement));
      item.box.remove();
      items.delete(id);
      structure = true;
    }
    if (diff.order) order = diff.order;
    else if (structure) order = order.filter((id) => items.has(id));
    if (structure) arrange();
    for (const group of groups) if (group.isConnected) roving.update(group);
    modal.update();
    const wanted = items.get(diff.focus || resume)?.el;
    resume = '';
    const lost = before && !before.el.isConnected && (document.activeElement === document.body || document.activeElement === root);
    const next = wanted ?? (lost ? heir(before.node.id, was) : undefined);
    if (next) {
      if (!next.matches(FOCUSABLE)) next.tabIndex = -1; // a heading
      next.focus({preventScroll: true});
    } else if (lost) {
      focusQuietly(root); // keep the keys with the app
    }
  }

  layer.addEventListener('focusin', () => {
    const item = focused();
    if (item && trail.at(-1) !== item.node.id) trail.push(item.node.id);
    if (trail.length > 8) trail.shift();
  });

  installReports(layer, {itemOf: (el) => itemOf.get(el), act, roving, quiet: () => quiet});

  return {
    apply,
    /** Starts over: the program sends the whole list again. */
    reset() {
      resume = focused()?.node.id ?? '';
      items.clear();
      order = [];
      modal.forget();
      layer.replaceChildren();
    },
  };
}
