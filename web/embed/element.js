// Shared by the embedded elements: attributes as properties, a shadow root, deferred drawing, errors.
import {inNextFrame, notInNextFrame} from './clock.js';

const STYLE = `
:host { display: block; font: 13px/18px var(--kv-cache-font, system-ui, sans-serif); color: var(--kv-cache-text, #e8edf7);
  background: var(--kv-cache-background, #0a0e17); --key: var(--kv-cache-key, #5bb8f0); --value: var(--kv-cache-value, #1f9e8f);
  --state: var(--kv-cache-state, #a3623c); --unfilled: var(--kv-cache-unfilled, #202c43); --dim: var(--kv-cache-secondary, #a3afc7);
  --weights: var(--kv-cache-weights, #a486fa); --overhead: var(--kv-cache-overhead, #6b7a99); --newest: var(--kv-cache-newest, #ffffff);
  --line: var(--kv-cache-line, #33415c); --accent: var(--kv-cache-accent, #7aa2ff); --error: var(--kv-cache-error, #ff8a94);
  padding: var(--kv-cache-padding, 12px); box-sizing: border-box; }
:host([hidden]) { display: none; }
@media (prefers-color-scheme: light) { :host { color: var(--kv-cache-text, #131a2a); background: var(--kv-cache-background, #ffffff);
  --key: var(--kv-cache-key, #2e8fd0); --value: var(--kv-cache-value, #0f7a6d); --state: var(--kv-cache-state, #7c4425);
  --unfilled: var(--kv-cache-unfilled, #e1e7f2); --dim: var(--kv-cache-secondary, #4a5874); --weights: var(--kv-cache-weights, #6b47d6);
  --overhead: var(--kv-cache-overhead, #8a97b2); --newest: var(--kv-cache-newest, #131a2a); --line: var(--kv-cache-line, #b4c0d6);
  --accent: var(--kv-cache-accent, #2a59db); --error: var(--kv-cache-error, #c4253a); } }
.away { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.error { margin: 0; color: var(--error); }
.error:empty { display: none; }
`;

/**
 * @param {string} tag @param {Record<string, string>} [attributes] @param {(Node|string)[]} [children]
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, children = []) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value);
  el.append(...children);
  return el;
}

/** A custom element whose attributes are also properties; draws at most once per frame. */
export class KvElement extends HTMLElement {
  /** Text properties, number properties with their range, switches. @type {Record<string, {kind: 'text'|'number'|'switch', initial?: number, least?: number, most?: number}>} */
  static settings = {};

  static get observedAttributes() {
    return Object.keys(this.settings);
  }

  /** Properties in camelCase for every attribute. */
  static withProperties() {
    for (const [name, {kind}] of Object.entries(this.settings)) {
      const property = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
      if (property in this.prototype) continue;
      Object.defineProperty(this.prototype, property, {
        configurable: true,
        enumerable: true,
        get() {
          return kind === 'number' ? this.number(name) : kind === 'switch' ? this.hasAttribute(name) : this.getAttribute(name) ?? '';
        },
        set(value) {
          if (kind === 'switch') this.toggleAttribute(name, Boolean(value));
          else if (value === null || value === undefined) this.removeAttribute(name);
          else this.setAttribute(name, String(value));
        },
      });
    }
    return this;
  }

  constructor() {
    super();
    this.attachShadow({mode: 'open'});
    this.root = /** @type {ShadowRoot} */ (this.shadowRoot);
  }

  /** Adopted sheets, not style elements: a strict content security policy lets them through. @param {string} own */
  dress(own) {
    this.root.adoptedStyleSheets = [STYLE, own].map((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    });
  }

  connectedCallback() {
    // A property that was set before the element was defined becomes an attribute now.
    for (const name of Object.keys(/** @type {typeof KvElement} */ (this.constructor).settings)) {
      const property = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
      if (!Object.hasOwn(this, property)) continue;
      const value = /** @type {any} */ (this)[property];
      delete /** @type {any} */ (this)[property];
      /** @type {any} */ (this)[property] = value;
    }
    this.later();
  }

  disconnectedCallback() {
    notInNextFrame(this);
  }

  attributeChangedCallback() {
    this.later();
  }

  /** A number attribute, clamped to its range; the initial value if it is missing or not a number. @param {string} name @returns {number} */
  number(name) {
    const {initial = 0, least = 0, most = Infinity} = /** @type {typeof KvElement} */ (this.constructor).settings[name];
    const raw = this.getAttribute(name);
    const value = raw === null || raw.trim() === '' ? NaN : Number(raw);
    return Number.isFinite(value) ? Math.min(most, Math.max(least, Math.floor(value))) : initial;
  }

  later() {
    if (this.isConnected) inNextFrame(this);
  }

  /** Draws the present state. @param {number} _most rectangles in this frame @returns {number|void} rectangles that were filled */
  update(_most) {}
}
