// <kv-cache-footprint>: where a device's memory goes, as one labelled bar.
import {KvElement, make} from './element.js';
import {figures} from './figures.js';

const STYLE = `
.bar { display: flex; gap: 1px; height: 24px; border-radius: 3px; overflow: hidden; margin: 6px 0 8px; }
.bar i { min-width: 0; }
h3 { font-size: 13px; line-height: 18px; margin: 0; color: var(--dim); font-weight: 600; }
dl { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 0; font-size: 12px; }
dl div { display: flex; gap: 6px; align-items: center; }
dt { color: var(--dim); } dd { margin: 0; font-variant-numeric: tabular-nums; }
dl i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; }
.weights { background: var(--weights); } .kv { background: var(--key); } .overhead { background: var(--overhead); } .free { background: var(--unfilled); }
.held { background: repeating-linear-gradient(135deg, var(--unfilled) 0 3px, var(--line) 3px 4px); }
.over { color: var(--error); }
`;

export class KvCacheFootprint extends KvElement {
  static settings = {
    model: {kind: 'text'}, device: {kind: 'text'}, 'seq-len': {kind: 'number', initial: 131072, least: 1, most: 1e8},
    batch: {kind: 'number', initial: 1, least: 1, most: 4096}, kv: {kind: 'text'}, weights: {kind: 'text'},
  };

  constructor() {
    super();
    this.title_ = make('h3', {part: 'title', id: 'title'});
    this.bar = make('div', {class: 'bar', part: 'bar', 'aria-hidden': 'true'});
    this.list = make('dl', {part: 'list'});
    this.problem = make('p', {class: 'error', role: 'alert', part: 'error'});
    this.dress(STYLE);
    this.root.append(make('div', {role: 'figure', 'aria-labelledby': 'title'}, [this.title_, this.bar, this.list, this.problem]));
  }

  update() {
    figures().then((core) => this.#show(core), () => { this.problem.textContent = 'The figures could not be loaded.'; });
  }

  /** @param {import('./figures.js').Figures} core */
  #show(core) {
    const query = /** @type {Record<string, string|number>} */ ({view: 'inference', context: this.number('seq-len'), batch: this.number('batch')});
    for (const name of ['model', 'device', 'kv', 'weights']) if (this.getAttribute(name)) query[name] = String(this.getAttribute(name));
    const {quantities, notices, inputs} = core.answer(query);
    this.problem.textContent = notices.join(' ');
    if (notices.length) return; // keep the last good picture
    const of = (/** @type {string} */ id) => quantities.find((q) => q.id === id) ?? {value: 0, text: '0 B'};
    const whole = inputs.device_info.memory_bytes, needed = of('needed').value, usable = of('usable').value;
    const parts = [
      {kind: 'weights', name: 'Weights', ...of('weights')}, {kind: 'kv', name: 'KV cache', ...of('kv_used')},
      {kind: 'overhead', name: 'Activations, runtime', ...of('overhead')}, {kind: 'free', name: 'Free', ...of('free')},
      {kind: 'held', name: 'Reserved', value: Math.max(0, whole - usable), text: `${((whole - usable) / 2 ** 30).toFixed(2)} GiB`},
    ];
    const shown = parts.filter((part) => part.value > 0);
    this.title_.textContent = `${inputs.model_info.name} on ${inputs.device_info.name}: ${of('needed').text} needed, ${of('usable').text} usable`;
    this.title_.classList.toggle('over', needed > usable);
    this.bar.replaceChildren(...shown.map((part) => {
      const el = make('i', {class: part.kind, part: part.kind});
      el.style.flexGrow = String(part.value / whole);
      el.style.flexBasis = '0';
      return el;
    }));
    this.list.replaceChildren(...shown.map((part) => make('div', {}, [make('dt', {}, [make('i', {class: part.kind}), part.name]), make('dd', {}, [part.text])])));
  }
}
