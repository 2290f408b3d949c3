// The mirror: native elements where the canvas draws. Focus, keyboard, screen readers, tests and the phone's keyboard meet the app here.

/**
 * @typedef {object} SemNode  docs/bridge.md, "Semantic tree"
 * @property {string} id
 * @property {string} [parent]
 * @property {string} role
 * @property {string} [name]
 * @property {number[]} [rect]
 * @property {number[]} [clip]
 * @property {string} [value]
 * @property {number} [now]
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {boolean} [checked]
 * @property {boolean} [selected]
 * @property {boolean} [expanded]
 * @property {boolean} [disabled]
 * @property {[string, string][]} [options]
 * @property {string} [href]
 * @property {boolean} [hidden]
 * @property {boolean} [visible]
 * @property {string} [style]
 * @property {number} [level]
 * @property {string} [hint]
 * @property {boolean} [focusable]
 * @property {boolean} [roving]
 * @property {boolean} [modal]
 * @property {boolean} [direct]
 * @property {string} [placeholder]
 * @property {string} [inputmode]
 * @property {string} [controls]
 * @property {string} [active]
 *
 * @typedef {object} Item
 * @property {SemNode} node
 * @property {HTMLElement} el    carries role, name and focus
 * @property {HTMLElement} box   what is in the tree: el, or its labelled row on the readable page
 * @property {string} kind
 * @property {string} sent       last value this element reported
 */

const PRESS = 0, SET = 1, FOCUS = 2, BLUR = 3, INCREMENT = 4, DECREMENT = 5;

const CONTAINERS = new Set(['group', 'region', 'dialog', 'tablist', 'radiogroup', 'listbox', 'tabpanel']);
const BUTTONS = new Set(['button', 'switch', 'tab', 'radio']);
const ROVING_PARENT = new Set(['tablist', 'radiogroup', 'listbox']);
const ROVING_CHILD = new Set(['tab', 'radio', 'option']);
const FIELDS = new Set(['slider', 'select', 'textbox', 'searchbox']);
const ARROWS = /** @type {Record<string, number>} */ ({ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1});
const UP_DOWN = /** @type {Record<string, number>} */ ({ArrowRight: INCREMENT, ArrowUp: INCREMENT, ArrowLeft: DECREMENT, ArrowDown: DECREMENT});
const FOCUSABLE = 'input:not(:disabled), select:not(:disabled), button:not([tabindex="-1"]), a[href], [tabindex="0"]';

/** @param {HTMLElement} el @param {string} name @param {string|number|boolean|null|undefined} value */
function attr(el, name, value) {
  if (value === undefined || value === null) {
    if (el.hasAttribute(name)) el.removeAttribute(name);
  } else if (el.getAttribute(name) !== String(value)) {
    el.setAttribute(name, String(value));
  }
}

/** @param {HTMLElement} el @param {string} value */
function text(el, value) {
  if (el.textContent !== value) el.textContent = value;
}

/** @param {CSSStyleDeclaration} style @param {string} name @param {string} value */
function css(style, name, value) {
  if (style.getPropertyValue(name) !== value) style.setProperty(name, value);
}

/** @param {SemNode} node @returns {string} the kind of element for a node; a new kind means a new element */
function kindOf(node) {
  if (node.role === 'heading') return `h${Math.min(3, Math.max(1, node.level ?? 2))}`;
  return node.role;
}

/** @param {string} kind */
function create(kind) {
  const make = (/** @type {string} */ tag) => document.createElement(tag);
  const input = (/** @type {string} */ type) => {
    const el = /** @type {HTMLInputElement} */ (make('input'));
    el.type = type;
    if (type !== 'range') { el.autocomplete = 'off'; el.spellcheck = false; el.setAttribute('autocapitalize', 'off'); }
    return el;
  };
  if (BUTTONS.has(kind)) {
    const el = /** @type {HTMLButtonElement} */ (make('button'));
    el.type = 'button';
    if (kind !== 'button') el.setAttribute('role', kind);
    return el;
  }
  switch (kind) {
    case 'slider': return input('range');
    case 'textbox': return input('text');
    case 'searchbox': return input('search');
    case 'select': return make('select');
    case 'text': return make('p');
    case 'h1': case 'h2': case 'h3': return make(kind);
    case 'link': {
      const el = /** @type {HTMLAnchorElement} */ (make('a'));
      el.target = '_blank';
      el.rel = 'noopener';
      return el;
    }
    case 'image': {
      const el = make('div');
      el.setAttribute('role', 'img');
      return el;
    }
    default: {
      const el = make('div');
      el.setAttribute('role', kind);
      if (kind === 'figure') el.tabIndex = 0;
      return el;
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
  /** @type {Item|null} */
  let modal = null;
  let opener = '';

  const focused = () => itemOf.get(/** @type {Element} */ (document.activeElement));

  /** @param {HTMLElement} el */
  function focusQuietly(el) {
    quiet = true;
    el.focus({preventScroll: true});
    quiet = false;
  }

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

  /** @param {HTMLElement} el @param {string} role */
  function labelled(el, role) {
    const row = document.createElement('div');
    row.className = 'field';
    const label = document.createElement('label');
    label.setAttribute('aria-hidden', 'true'); // the control has the same name as its aria-label
    row.append(label);
    if (role === 'slider') {
      const output = document.createElement('output');
      output.setAttribute('aria-hidden', 'true');
      row.append(output);
    }
    row.append(el);
    return row;
  }

  /** @param {Item} item @param {SemNode} node */
  function update(item, node) {
    const {el} = item;
    const old = item.node;
    item.node = node;
    const name = node.name ?? '';
    const {role} = node;

    if (CONTAINERS.has(role)) {
      attr(el, 'aria-label', name || null);
      attr(el, 'aria-modal', role === 'dialog' && node.modal !== false ? true : null);
    } else if (BUTTONS.has(role)) {
      text(el, name);
      attr(el, 'aria-checked', role === 'switch' || role === 'radio' ? Boolean(node.checked ?? node.selected) : null);
      attr(el, 'aria-selected', role === 'tab' ? Boolean(node.selected) : null);
      attr(el, 'aria-expanded', node.expanded);
      attr(el, 'aria-disabled', node.disabled ? true : null); // keeps focus, unlike `disabled`
    } else {
      switch (role) {
        case 'slider': slider(item, node); break;
        case 'select': select(item, node); break;
        case 'textbox': case 'searchbox': field(item, node, old); break;
        case 'figure': attr(el, 'aria-label', name); text(el, node.value ?? ''); break;
        case 'image': attr(el, 'aria-label', node.value ? `${name}: ${node.value}` : name); break;
        case 'option':
          text(el, name);
          attr(el, 'aria-selected', Boolean(node.selected));
          attr(el, 'aria-disabled', node.disabled ? true : null);
          break;
        case 'link': text(el, name); attr(el, 'href', node.href); break;
        case 'heading': text(el, name); break;
        default: text(el, node.value ?? name);
      }
    }
    attr(el, 'aria-description', node.hint || null);
    if (node.controls || old.controls) attr(el, 'aria-controls', domId(node.controls));
    if (node.focusable !== old.focusable && !FIELDS.has(role) && role !== 'figure') attr(el, 'tabindex', node.focusable ? 0 : null);
    if (role === 'listbox' || role === 'option' || role === 'tabpanel') attr(el, 'id', domId(node.id));
    if (role === 'tab') attr(el, 'aria-controls', node.selected ? domId('page') : null);
    if (!page.readable) place(item, node);
    else if (item.box !== el) {
      text(/** @type {HTMLElement} */ (item.box.firstElementChild), name);
      const output = item.box.querySelector('output');
      if (output) text(output, node.value ?? '');
    }
  }

  /** @param {string} [id] */
  const domId = (id) => (id ? `sem-${id}` : null);

  /** @param {Item} item @param {SemNode} node */
  function slider(item, node) {
    const el = /** @type {HTMLInputElement} */ (item.el);
    attr(el, 'aria-label', node.name ?? '');
    attr(el, 'aria-valuetext', node.value ?? null);
    attr(el, 'min', node.min ?? 0);
    attr(el, 'max', node.max ?? 1);
    attr(el, 'step', node.step || 'any');
    if (el.disabled !== Boolean(node.disabled)) el.disabled = Boolean(node.disabled);
    if (Number(el.value) !== node.now) el.value = String(node.now ?? 0);
  }

  /** @param {Item} item @param {SemNode} node */
  function select(item, node) {
    const el = /** @type {HTMLSelectElement} */ (item.el);
    attr(el, 'aria-label', node.name ?? '');
    const options = node.options ?? [];
    const same = options.length === el.options.length && options.every(([value, label], i) => el.options[i].value === value && el.options[i].text === label);
    if (!same) el.replaceChildren(...options.map(([value, label]) => new Option(label, value)));
    if (el.disabled !== Boolean(node.disabled)) el.disabled = Boolean(node.disabled);
    let index = options.findIndex(([value]) => value === node.value);
    if (index < 0) index = options.findIndex(([, label]) => label === node.value);
    if (el.selectedIndex !== index) el.selectedIndex = index;
  }

  /** @param {Item} item @param {SemNode} node @param {SemNode} old */
  function field(item, node, old) {
    const el = /** @type {HTMLInputElement} */ (item.el);
    attr(el, 'aria-label', node.name ?? '');
    attr(el, 'placeholder', node.placeholder ?? (node.role === 'searchbox' ? node.name : null));
    attr(el, 'inputmode', node.inputmode ?? null);
    if (el.disabled !== Boolean(node.disabled)) el.disabled = Boolean(node.disabled);
    if (node.controls) {
      attr(el, 'role', 'combobox');
      attr(el, 'aria-autocomplete', 'list');
      attr(el, 'aria-expanded', Boolean(node.expanded));
      attr(el, 'aria-activedescendant', domId(node.active));
    }
    // Do not interrupt typing with the echo of what was typed; show a new value from elsewhere.
    const value = node.value ?? '';
    const typing = el === document.activeElement;
    if (el.value !== value && (!typing || (value !== (old.value ?? '') && value !== item.sent))) el.value = value;
  }

  /** @param {Item} item @param {SemNode} node */
  function place(item, node) {
    const {el} = item;
    if (CONTAINERS.has(node.role)) return; // a box of their own would move their children
    const editable = node.role === 'textbox' || node.role === 'searchbox';
    const visible = node.visible ?? editable;
    const classes = visible ? `v ${node.style ?? ''}`.trim() : node.direct ? 't direct' : 't';
    if (el.className !== classes) el.className = classes;
    const [x, y, w, h] = node.rect ?? [0, 0, 1, 1];
    const {style} = el;
    css(style, 'left', `${x}px`);
    css(style, 'top', `${y}px`);
    css(style, 'width', `${Math.max(1, w)}px`);
    css(style, 'height', `${Math.max(1, h)}px`);
    let cut = '';
    if (visible && node.hidden) cut = 'inset(50%)';
    else if (visible && node.clip) {
      const [cx, cy, cw, ch] = node.clip;
      const sides = [cy - y, x + w - cx - cw, y + h - cy - ch, cx - x].map((n) => Math.max(0, n));
      if (sides.some((n) => n > 0)) cut = `inset(${sides.map((n) => `${n}px`).join(' ')})`;
    }
    css(style, 'clip-path', cut);
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

  function updateModal() {
    let top = null;
    for (const item of items.values()) {
      if (item.node.role !== 'dialog' || item.node.modal === false || !item.box.isConnected) continue;
      if (!top || top.el.compareDocumentPosition(item.el) & Node.DOCUMENT_POSITION_FOLLOWING) top = item;
    }
    if (!top && !modal) return;
    const opened = top && top !== modal && !(modal && top.el.contains(modal.el));
    const closed = modal && top !== modal;
    if (opened && !modal) opener = focused()?.node.id ?? '';
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
      const first = /** @type {HTMLElement|null} */ (top.el.querySelector(FOCUSABLE));
      // A focused field opens the phone's keyboard: not before it is tapped.
      const keyboard = first?.matches('input[type=text], input[type=search]') && lastPointer() === 'touch';
      if (!first || keyboard) top.el.tabIndex = -1;
      (first && !keyboard ? first : top.el).focus({preventScroll: true});
    } else if (closed && !top) {
      const back = items.get(opener);
      if (!focused()) back ? back.el.focus({preventScroll: true}) : focusQuietly(root);
      opener = '';
    }
  }

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
      update(item, node);
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
    updateModal();
    if (diff.focus) items.get(diff.focus)?.el.focus({preventScroll: true});
    // The focused element was removed: keys still belong to the app.
    else if (before && !before.el.isConnected && document.activeElement === document.body) focusQuietly(root);
  }

  // ── what the elements report ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** @param {Item} item @param {number} kind @param {string} [value] */
  function report(item, kind, value = '') {
    if (item.node.disabled && kind !== FOCUS && kind !== BLUR) return;
    if (kind === SET) item.sent = value;
    act(item.node.id, kind, value);
  }

  const valueOf = (/** @type {Item} */ item) => /** @type {HTMLInputElement} */ (item.el).value;
  const target = (/** @type {Event} */ e) => itemOf.get(/** @type {Element} */ (e.target));

  layer.addEventListener('click', (e) => {
    const item = target(e);
    if (item && !FIELDS.has(item.node.role) && item.node.role !== 'link') report(item, PRESS);
  });

  layer.addEventListener('input', (e) => {
    const item = target(e);
    if (item && (item.node.role === 'slider' || item.node.role === 'searchbox')) report(item, SET, valueOf(item));
  });

  layer.addEventListener('change', (e) => {
    const item = target(e);
    if (item && (item.node.role === 'select' || item.node.role === 'textbox') && valueOf(item) !== item.sent) report(item, SET, valueOf(item));
  });

  layer.addEventListener('focusin', (e) => {
    const item = target(e);
    if (!item) return;
    item.sent = FIELDS.has(item.node.role) ? valueOf(item) : '';
    if (isRovingParent(item.box.parentElement)) rove(/** @type {HTMLElement} */ (item.box.parentElement));
    if (!quiet) report(item, FOCUS, item.el.matches(':focus-visible') ? 'keyboard' : '');
  });

  layer.addEventListener('focusout', (e) => {
    const item = target(e);
    // Do not leave a refused value in the field; an accepted one comes back with the next frame.
    if (item && item.node.role === 'textbox') /** @type {HTMLInputElement} */ (item.el).value = item.node.value ?? '';
    if (item && !quiet) report(item, BLUR);
  });

  /** @param {Item} item @param {KeyboardEvent} e */
  function rovingKey(item, e) {
    const parent = item.box.parentElement;
    if (!isRovingParent(parent)) return false;
    const members = [.../** @type {HTMLElement} */ (parent).children].map((el) => itemOf.get(el)).filter((m) => m && !m.node.disabled);
    const at = members.indexOf(item);
    const to = e.key === 'Home' ? 0 : e.key === 'End' ? members.length - 1 : e.key in ARROWS ? at + ARROWS[e.key] : NaN;
    if (Number.isNaN(to)) return false;
    const next = members[(to + members.length) % members.length];
    if (!next) return false;
    next.el.focus({preventScroll: true});
    if (next.node.role === 'tab' || next.node.role === 'radio') report(next, PRESS);
    return true;
  }

  /** @param {Item} item @param {KeyboardEvent} e @returns {boolean} used */
  function key(item, e) {
    const {role, inputmode} = item.node;
    switch (role) {
      case 'slider':
        // The app steps its own value: the element's copy may be a tenth of a second old.
        if (e.key in UP_DOWN) report(item, UP_DOWN[e.key]);
        else if (e.key === 'PageUp') report(item, INCREMENT, 'page');
        else if (e.key === 'PageDown') report(item, DECREMENT, 'page');
        else return false;
        return true;
      case 'searchbox':
        if (e.key === 'ArrowDown') report(item, INCREMENT); // the next result
        else if (e.key === 'ArrowUp') report(item, DECREMENT);
        else if (e.key === 'Enter') report(item, PRESS);
        else return false;
        return true;
      case 'textbox':
        if (e.key === 'Enter') {
          report(item, SET, valueOf(item));
          report(item, PRESS);
        } else if (inputmode && (e.key === 'ArrowUp' || e.key === 'ArrowDown')) {
          report(item, UP_DOWN[e.key]);
        } else return false;
        return true;
      case 'option':
        if (e.key === 'Enter' || e.key === ' ') { report(item, PRESS); return true; }
        return rovingKey(item, e);
      case 'figure':
      case 'image':
        if (e.key === 'Enter') { report(item, PRESS); return true; }
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

  return {
    apply,
    /** Starts over: the program sends the whole list again. */
    reset() {
      items.clear();
      order = [];
      modal = null;
      layer.replaceChildren();
    },
    /** for tests */
    size: () => items.size,
  };
}
