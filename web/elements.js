// One semantic node as a native element: which element it becomes, and what it says.

/**
 * @typedef {object} SemNode  docs/architecture.md, "Semantic tree"
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
 * @property {string[][]} [rows]  of a table: the first row names the columns, the first cell of each names its row
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
 * @property {string} [opener]  of a dialog: the node that opened it
 * @property {boolean} [typed]  a select on which letters start a search
 * @property {boolean} [invalid]  a field whose last value was refused
 * @property {boolean} [opens]  a figure that opens its explanation
 *
 * @typedef {object} Item
 * @property {SemNode} node
 * @property {HTMLElement} el    carries role, name and focus
 * @property {HTMLElement} box   what is in the tree: el, or its labelled row on the readable page
 * @property {string} kind
 * @property {string} sent       last value this element reported
 * @property {boolean} [edited]  a field that holds what is being typed, until it is committed or left
 */

export const CONTAINERS = new Set(['group', 'region', 'dialog', 'tablist', 'radiogroup', 'listbox', 'tabpanel']);
export const BUTTONS = new Set(['button', 'switch', 'tab', 'radio']);
export const FIELDS = new Set(['slider', 'select', 'textbox', 'searchbox']);

/** @param {HTMLElement} el @param {string} name @param {string|number|boolean|null|undefined} value */
export function attr(el, name, value) {
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
export function kindOf(node) {
  if (node.role === 'heading') return `h${Math.min(3, Math.max(1, node.level ?? 2))}`;
  return node.role === 'figure' && node.opens ? 'value' : node.role;
}

/** @param {string} kind */
export function create(kind) {
  const make = (/** @type {string} */ tag) => document.createElement(tag);
  const input = (/** @type {string} */ type) => {
    const el = /** @type {HTMLInputElement} */ (make('input'));
    el.type = type;
    if (type !== 'range') { el.autocomplete = 'off'; el.spellcheck = false; el.setAttribute('autocapitalize', 'off'); }
    return el;
  };
  if (BUTTONS.has(kind) || kind === 'value') {
    const el = /** @type {HTMLButtonElement} */ (make('button'));
    el.type = 'button';
    if (kind === 'value') el.setAttribute('aria-haspopup', 'dialog');
    else if (kind !== 'button') el.setAttribute('role', kind);
    return el;
  }
  switch (kind) {
    case 'slider': return input('range');
    case 'textbox': return input('text');
    case 'searchbox': return input('search');
    case 'select': return make('select');
    case 'text': return make('p');
    case 'table': return make('table');
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

/** A field's row on the readable page. @param {HTMLElement} el @param {string} role */
export function labelled(el, role) {
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

const TITLE = 'part-title';
/** A part's title on the readable page, so that a screen reader jumps from part to part. @param {HTMLElement} el @param {SemNode} node */
function heading(el, {role, name = '', parent}) {
  let title = /** @type {HTMLElement|null} */ (el.querySelector(`:scope > .${TITLE}`));
  if (!name || !['region', 'group'].includes(role)) return title?.remove();
  if (!title) {
    title = document.createElement(role === 'region' || !parent ? 'h2' : 'h3');
    title.className = TITLE;
    el.prepend(title);
  }
  text(title, name);
}

/** Makes the element say what the node says. @param {Item} item @param {SemNode} node @param {boolean} readable */
export function update(item, node, readable) {
  const {el} = item;
  const old = item.node;
  item.node = node;
  const name = node.name ?? '';
  const {role} = node;

  if (CONTAINERS.has(role)) {
    attr(el, 'aria-label', name || null);
    if (readable) heading(el, node);
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
      case 'figure':
        attr(el, 'aria-label', node.opens && node.value ? `${name}: ${node.value}` : name);
        attr(el, 'data-name', node.opens ? name : null);
        text(el, node.value ?? '');
        break;
      case 'image': attr(el, 'aria-label', node.value ? `${name}: ${node.value}` : name); break;
      case 'option':
        text(el, name);
        attr(el, 'aria-selected', Boolean(node.selected));
        attr(el, 'aria-disabled', node.disabled ? true : null);
        break;
      case 'table': table(/** @type {HTMLTableElement} */ (el), node, old); break;
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
  if (!readable) place(item, node);
  else if (item.box !== el) {
    text(/** @type {HTMLElement} */ (item.box.firstElementChild), name);
    const output = item.box.querySelector('output');
    if (output) text(output, node.value ?? '');
  }
}

/** @param {string} [id] */
const domId = (id) => (id ? `sem-${id}` : null);

/** @param {HTMLTableElement} el @param {SemNode} node @param {SemNode} old */
function table(el, node, old) {
  attr(el, 'aria-label', node.name ?? '');
  if (el.rows.length && JSON.stringify(node.rows) === JSON.stringify(old.rows)) return;
  el.replaceChildren();
  for (const [at, cells] of (node.rows ?? []).entries()) {
    const row = el.insertRow();
    for (const [i, words] of cells.entries()) {
      const cell = document.createElement(at && i ? 'td' : 'th');
      if (cell.tagName === 'TH') cell.setAttribute('scope', at ? 'row' : 'col');
      cell.textContent = words;
      row.append(cell);
    }
  }
}

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
  attr(el, 'aria-invalid', node.invalid ? true : null);
  if (el.disabled !== Boolean(node.disabled)) el.disabled = Boolean(node.disabled);
  if (node.controls) {
    attr(el, 'role', 'combobox');
    attr(el, 'aria-autocomplete', 'list');
    attr(el, 'aria-expanded', Boolean(node.expanded));
    attr(el, 'aria-activedescendant', domId(node.active));
  }
  // While it is edited the element owns its text: what the app says may be the echo of an older letter.
  const value = node.value ?? '';
  const idle = el !== document.activeElement || (!item.edited && value !== (old.value ?? ''));
  if (el.value !== value && idle) el.value = value;
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
