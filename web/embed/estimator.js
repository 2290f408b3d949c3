// <kv-cache-estimator>: the calculator as a form, with its formula and the entered numbers.
import {KvElement, make} from './element.js';
import {figures} from './figures.js';

const STYLE = `
form { display: grid; grid-template-columns: repeat(auto-fit, minmax(120px, 1fr)); gap: 10px 12px; }
label { display: grid; gap: 2px; color: var(--dim); font-size: 12px; }
input, select { font: inherit; color: inherit; background: var(--kv-cache-field, transparent); border: 1px solid var(--line); border-radius: 8px; padding: 6px 8px; min-height: 36px;
  box-sizing: border-box; width: 100%; color: var(--kv-cache-text, inherit); font-variant-numeric: tabular-nums; }
select option { color: #131a2a; background: #fff; }
input:focus-visible, select:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
output { display: block; font-size: 28px; line-height: 36px; margin-top: 12px; font-variant-numeric: tabular-nums; }
.formula, .numbers { margin: 2px 0 0; color: var(--dim); font-size: 12px; }
`;

const FIELDS = /** @type {const} */ ([
  ['num-layers', 'Layers', 1, 512], ['num-heads', 'KV heads', 1, 512], ['head-dim', 'Head width', 1, 8192], ['seq-len', 'Tokens', 0, 1e8], ['batch', 'Sequences', 1, 4096],
]);

export class KvCacheEstimator extends KvElement {
  static settings = {
    'num-layers': {kind: 'number', initial: 32, least: 1, most: 512}, 'num-heads': {kind: 'number', initial: 8, least: 1, most: 512},
    'head-dim': {kind: 'number', initial: 128, least: 1, most: 8192}, 'seq-len': {kind: 'number', initial: 8192, most: 1e8},
    batch: {kind: 'number', initial: 1, least: 1, most: 4096}, kv: {kind: 'text'},
  };

  #abort = new AbortController();

  constructor() {
    super();
    /** @type {Map<string, HTMLInputElement|HTMLSelectElement>} */
    this.fields = new Map();
    const form = make('form', {part: 'form', 'aria-label': 'KV cache size'});
    for (const [name, label, least, most] of FIELDS) {
      const input = /** @type {HTMLInputElement} */ (make('input', {type: 'number', inputmode: 'numeric', min: String(least), max: String(most), step: '1', part: 'field'}));
      this.fields.set(name, input);
      form.append(make('label', {}, [label, input]));
    }
    const kv = /** @type {HTMLSelectElement} */ (make('select', {part: 'field'}));
    this.fields.set('kv', kv);
    form.append(make('label', {}, ['Cache format', kv]));
    this.result = make('output', {part: 'result', 'aria-live': 'polite'});
    this.formula = make('p', {class: 'formula', part: 'formula'});
    this.numbers = make('p', {class: 'numbers', part: 'numbers'});
    this.problem = make('p', {class: 'error', role: 'alert', part: 'error'});
    this.dress(STYLE);
    this.root.append(form, this.result, this.formula, this.numbers, this.problem);
  }

  connectedCallback() {
    this.#abort = new AbortController();
    for (const [name, field] of this.fields)
      field.addEventListener(name === 'kv' ? 'change' : 'input', () => this.setAttribute(name, field.value), {signal: this.#abort.signal});
    this.root.querySelector('form')?.addEventListener('submit', (e) => e.preventDefault(), {signal: this.#abort.signal});
    super.connectedCallback();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#abort.abort();
  }

  update() {
    figures().then((core) => this.#show(core), () => { this.problem.textContent = 'The figures could not be loaded.'; });
  }

  /** @param {import('./figures.js').Figures} core */
  #show(core) {
    const kv = /** @type {HTMLSelectElement} */ (this.fields.get('kv'));
    if (!kv.options.length) kv.append(...core.choices('kv').map(([value, label]) => make('option', {value}, [label])));
    const query = /** @type {Record<string, string|number>} */ ({view: 'layout', source: 'shape', kv: this.getAttribute('kv') || 'bf16'});
    const wrong = [];
    for (const [name, label, least, most] of FIELDS) {
      const raw = this.getAttribute(name), value = raw === null ? this.number(name) : Number(raw);
      const good = (raw === null || raw.trim() !== '') && Number.isInteger(value) && value >= least && value <= most;
      if (!good) wrong.push(`${label}: a whole number from ${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')}.`);
      const field = /** @type {HTMLInputElement} */ (this.fields.get(name));
      field.setAttribute('aria-invalid', String(!good));
      // What is no number stays out: the browser would warn about it in the console.
      if (this.root.activeElement !== field) field.value = raw?.trim() === '' || !Number.isFinite(value) ? '' : String(value);
      query[name] = value;
    }
    const answer = wrong.length ? null : core.answer(query);
    this.problem.textContent = [...wrong, ...answer?.notices ?? []].join(' ');
    const estimate = answer?.quantities.find((q) => q.id === 'estimate');
    if (!estimate || answer?.notices.length) return; // keep the last good result
    kv.value = String(query.kv);
    const gib = estimate.value / 2 ** 30;
    const text = `${gib >= 1000 ? Math.round(gib).toLocaleString('en-US') : Number(gib.toPrecision(4))} GiB`;
    if (this.result.textContent !== text) {
      this.result.textContent = text;
      this.dispatchEvent(new CustomEvent('estimatechange', {detail: {bytes: estimate.value}, bubbles: true, composed: true}));
    }
    this.formula.textContent = estimate.formula;
    this.numbers.textContent = `= ${estimate.substituted} = ${estimate.value.toLocaleString('en-US')} B`;
  }
}
