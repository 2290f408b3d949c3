// <kv-cache-viz>: the cache layer by layer, keys beside values, growing a column at a time.
import {after, cancel, inNextFrame, isSet} from './clock.js';
import {KvElement, make} from './element.js';
import {figures} from './figures.js';
import {changedColumns, columnTokens, drawStrip} from './strips.js';

const SHORTEST_INTERVAL = 80, QUIET = 400, CHATTY = 5000, LABEL = 40, GAP = 12, LIT = 0.85, DIMMED = 0.4;

/** Custom properties that colour cells, and which of them a kind of strip has. */
const COLORS = ['key', 'value', 'state', 'unfilled', 'overhead', 'newest'];
const COLOR_OF = /** @type {Record<string, string>} */ ({keys: 'key', values: 'value', latent: 'key', indexer: 'overhead', entries: 'key', window: 'value'});

const STYLE = `
.figure { position: relative; }
.heads, .legend { display: flex; gap: 16px; color: var(--dim); font-size: 12px; margin: 0; }
.heads { padding-left: ${LABEL}px; }
.heads span { flex: 1; font-weight: 600; }
.rows { position: relative; margin: 4px 0 8px; }
.rows [role=group] { display: flex; align-items: center; font-size: 11px; line-height: 1; color: var(--dim); }
.rows span { width: ${LABEL - 8}px; text-align: right; }
.rows [aria-current] { color: var(--accent); }
canvas { position: absolute; inset: 0 0 0 ${LABEL}px; width: calc(100% - ${LABEL}px); height: 100%; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; background: var(--unfilled); }
.legend .cached { background: linear-gradient(90deg, #e391c6 30%, var(--key) 30%); }
`;

/** @param {number} n */
const digits = (n) => n.toLocaleString('en-US');
/** @param {number} n @param {string} one */
const count = (n, one) => `${digits(n)} ${one}${n === 1 ? '' : 's'}`;

export class KvCacheViz extends KvElement {
  static settings = {
    'num-layers': {kind: 'number', initial: 6, least: 1, most: 512},
    'seq-len': {kind: 'number', initial: 0, most: 1e8},
    'default-seq-len': {kind: 'number', initial: 0, most: 1e8},
    'max-seq-len': {kind: 'number', initial: 32, least: 1, most: 1e8},
    'current-layer': {kind: 'number', initial: 0, most: 512},
    'num-heads': {kind: 'number', initial: 3, least: 1, most: 512},
    'head-dim': {kind: 'number', initial: 64, least: 1, most: 8192},
    playing: {kind: 'switch'},
    'play-speed': {kind: 'number', initial: 600, least: SHORTEST_INTERVAL, most: 60000},
    transition: {kind: 'number', initial: 180, most: 10000},
    model: {kind: 'text'},
  };

  /** @type {number|null} length while the page does not control it */ #own = null;
  #column = {}; // keys of the clock: the next column,
  #saying = {}; // the next announcement
  #stale = true; // what is shown changed; otherwise drawing only continues
  /** @type {{summary: string, layers: import('./figures.js').Layer[]}|null} */ #shape = null;
  #box = {width: 0, height: 0}; // of the canvas, as last observed: reading it would force layout
  #looks = ''; // all that a cell's look depends on but the length
  /** @type {Map<string, {from: number, to: number, fresh?: number}>} what each strip shows by now */ #drawn = new Map();
  /** @type {Record<string, string>} */ #colors = {};
  #said = '';
  #shown = -1; // the last length drawn
  #since = 0; // when the newest column appeared
  #broken = '';
  /** @type {import('./figures.js').Figures|null} */ #core = null;
  /** @type {ResizeObserver|null} */ #sizes = null;
  #still = matchMedia('(prefers-reduced-motion: reduce)');
  #light = matchMedia('(prefers-color-scheme: light)');
  #redraw = () => { this.#schedule(); this.later(); };

  constructor() {
    super();
    this.canvas = /** @type {HTMLCanvasElement} */ (make('canvas', {'aria-hidden': 'true', part: 'canvas'}));
    this.summary = make('p', {id: 'summary', class: 'away'});
    this.live = make('p', {role: 'status', 'aria-live': 'polite', class: 'away'});
    this.problem = make('p', {class: 'error', role: 'alert', part: 'error'});
    this.heads = make('p', {class: 'heads', 'aria-hidden': 'true', part: 'heads'});
    this.rows = make('div', {class: 'rows', part: 'rows'}, [this.canvas]);
    this.dress(STYLE);
    this.root.append(
      make('div', {class: 'figure', role: 'figure', 'aria-labelledby': 'summary', part: 'figure'}, [
        this.summary, this.heads, this.rows, this.problem,
        make('p', {class: 'legend', part: 'legend'}, [
          make('span', {}, [make('i', {class: 'cached'}), 'cached']), make('span', {}, [make('i'), 'unfilled']),
        ]),
      ]),
      this.live,
    );
  }

  connectedCallback() {
    super.connectedCallback();
    this.#sizes = new ResizeObserver(([entry]) => {
      this.#box = {width: entry.contentRect.width, height: entry.contentRect.height};
      this.later();
    });
    this.#sizes.observe(this.canvas);
    this.#still.addEventListener('change', this.#redraw);
    this.#light.addEventListener('change', this.#redraw);
    this.#schedule();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#sizes?.disconnect();
    this.#still.removeEventListener('change', this.#redraw);
    this.#light.removeEventListener('change', this.#redraw);
    cancel(this.#column);
    cancel(this.#saying);
  }

  later() {
    this.#stale = true;
    super.later();
  }

  attributeChangedCallback() {
    this.#schedule();
    this.later();
  }

  /** A model's context is longer than that of a plain shape. */
  get maxSeqLen() {
    return this.hasAttribute('max-seq-len') || !this.model ? this.number('max-seq-len') : 4096;
  }
  set maxSeqLen(value) { this.setAttribute('max-seq-len', String(value)); }

  /** The length shown: the attribute's if it is set, otherwise the element's own. */
  get seqLen() {
    const held = this.hasAttribute('seq-len') ? this.number('seq-len') : this.#own ?? this.number('default-seq-len');
    return Math.min(held, this.maxSeqLen);
  }
  set seqLen(value) {
    if (value === null || value === undefined) this.removeAttribute('seq-len');
    else this.setAttribute('seq-len', String(value));
  }

  /** Back to the initial length, unless the page controls it. */
  reset() {
    this.#own = null;
    this.#schedule();
    this.later();
    this.dispatchEvent(new CustomEvent('seqlenchange', {detail: {seqLen: this.seqLen}, bubbles: true, composed: true}));
  }

  #schedule() {
    const on = this.isConnected && this.hasAttribute('playing') && !this.#still.matches && this.seqLen < this.maxSeqLen;
    if (!on) cancel(this.#column);
    else if (!isSet(this.#column)) after(this.number('play-speed'), this.#column, () => this.#step());
  }

  #step() {
    const column = columnTokens(this.maxSeqLen);
    const next = Math.min((Math.floor(this.seqLen / column) + 1) * column, this.maxSeqLen);
    if (!this.hasAttribute('seq-len')) this.#own = next;
    this.later();
    this.dispatchEvent(new CustomEvent('seqlenchange', {detail: {seqLen: next}, bubbles: true, composed: true}));
    if (next >= this.maxSeqLen && !this.hasAttribute('seq-len')) this.removeAttribute('playing');
    this.#schedule();
  }

  /** Layers of the shape that the attributes describe. @returns {{summary: string, layers: import('./figures.js').Layer[]}} */
  #plain() {
    const [layers, heads, width, to] = [this.number('num-layers'), this.number('num-heads'), this.number('head-dim'), this.seqLen];
    const strip = (/** @type {string} */ kind) => ({kind, rows: heads, width, cell_bytes: 0, from: 0, to});
    return {
      summary: `KV cache of ${count(layers, 'layer')}, ${count(heads, 'head')} each, ${digits(width)} numbers a head, ${count(this.maxSeqLen, 'position')}, ${digits(to)} cached.`,
      layers: Array.from({length: layers}, (_, i) => ({
        layer: i + 1, owner: i + 1, name: `Layer ${i + 1}`, kept: `${digits(to)} of ${count(this.maxSeqLen, 'position')} cached`, strips: [strip('keys'), strip('values')],
      })),
    };
  }

  /** Layers of a model from the explorer's list; null until the arithmetic is loaded. */
  #ofModel() {
    const id = String(this.getAttribute('model'));
    if (!this.#core) {
      figures().then((core) => {
        this.#core = core;
        this.#broken = '';
        this.later();
      }, () => {
        if (this.#broken) return;
        this.#broken = 'The model’s layers could not be loaded.';
        this.later();
      });
      return null;
    }
    const answer = this.#core.answer({view: 'layout', source: 'model', model: id, context: this.maxSeqLen, at: this.seqLen});
    this.#broken = answer.notices[0] ?? '';
    return answer.notices.length || !answer.layers ? null : {summary: answer.summary ?? '', layers: answer.layers};
  }

  /** @param {number} most */
  update(most) {
    if (this.#stale) this.#refresh();
    return this.#shape ? this.#draw(this.#shape.layers, most) : 0;
  }

  /** What changes with an attribute, a size or a step: words, rows, colours. */
  #refresh() {
    this.#stale = false;
    const shape = this.getAttribute('model') ? this.#ofModel() : this.#plain();
    this.problem.textContent = this.getAttribute('model') ? this.#broken : '';
    if (!shape) {
      this.summary.textContent = this.#broken || 'Loading the model’s layers.';
      if (this.#broken) this.#groups([], 0);
      if (this.#broken) this.#shape = null;
      return;
    }
    this.#shape = shape;
    this.summary.textContent = shape.summary;
    const now = this.seqLen;
    if (now !== this.#shown) {
      this.#since = this.#shown >= 0 && !this.#still.matches ? performance.now() : 0;
      this.#shown = now;
    }
    this.#groups(shape.layers, this.number('current-layer'));
    const style = getComputedStyle(this);
    this.#colors = Object.fromEntries(COLORS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    this.#lookAgain(shape.layers);
    this.#announce(now);
  }

  /** Everything is drawn again once cells may look different. @param {import('./figures.js').Layer[]} layers */
  #lookAgain(layers) {
    const looks = JSON.stringify([this.#box, devicePixelRatio, this.maxSeqLen, this.number('current-layer'), this.#colors, layers.map((layer) => [layer.owner, ...layer.strips.map((strip) => [strip.kind, strip.rows])])]);
    if (looks === this.#looks) return;
    this.#looks = looks;
    this.#drawn.clear();
    const scale = devicePixelRatio || 1;
    Object.assign(this.canvas, {width: Math.round(this.#box.width * scale), height: Math.round(this.#box.height * scale)}); // clears it
    this.canvas.getContext('2d')?.setTransform(scale, 0, 0, scale, 0, 0);
  }

  /** @param {import('./figures.js').Layer[]} layers @param {number} current */
  #groups(layers, current) {
    while (this.rows.children.length - 1 > layers.length) this.rows.lastElementChild?.remove();
    while (this.rows.children.length - 1 < layers.length) this.rows.append(make('div', {role: 'group', part: 'layer'}, [make('span', {'aria-hidden': 'true'})]));
    const height = rowHeight(layers), every = height >= 13 ? 1 : height >= 7 ? 2 : 5;
    const put = (/** @type {Element} */ el, /** @type {string} */ name, /** @type {string|null} */ value) => {
      if (el.getAttribute(name) === value) return;
      if (value === null) el.removeAttribute(name);
      else el.setAttribute(name, value);
    };
    layers.forEach((layer, i) => {
      const el = /** @type {HTMLElement} */ (this.rows.children[i + 1]);
      if (el.style.height !== `${height}px`) el.style.height = `${height}px`;
      put(el, 'aria-label', `${layer.name}: ${layer.kept}`);
      put(el, 'aria-current', layer.layer === current ? 'true' : null);
      const label = /** @type {HTMLElement} */ (el.firstElementChild), text = layer.layer % every === 0 || layer.layer === current ? `L${layer.layer}` : '';
      if (label.textContent !== text) label.textContent = text;
    });
    const kind = layers.find((layer) => layer.strips.length)?.strips[0].kind;
    const heads = kind === 'keys' ? ['Keys', 'Values'] : kind ? ['Cache'] : [];
    if (this.heads.textContent !== heads.join('')) this.heads.replaceChildren(...heads.map((text) => make('span', {}, [text])));
  }

  /**
   * Draws what differs from what is there, about `most` rectangles in a frame, the rest in the next ones.
   * @param {import('./figures.js').Layer[]} layers @param {number} most @returns {number} rectangles filled
   */
  #draw(layers, most) {
    const box = this.#box, colors = this.#colors;
    const context = this.canvas.getContext('2d');
    if (!context || box.width < 8 || box.height < 2) return 0;
    const current = this.number('current-layer'), max = this.maxSeqLen, pitch = rowHeight(layers);
    const length = this.number('transition');
    const fresh = length > 0 && this.#since ? Math.min(1, (performance.now() - this.#since) / length) : 1;
    const gap = pitch >= 24 ? 5 : pitch >= 10 ? 2 : 1;
    const half = (box.width - GAP) / 2;
    let filled = 0, left = false;
    for (const [i, layer] of layers.entries()) {
      const alpha = current && layer.layer !== current ? DIMMED : 1;
      const y = i * pitch, height = Math.max(pitch - gap, 1);
      if (layer.owner !== layer.layer || layer.strips[0]?.kind === 'state') {
        if (this.#drawn.has(`${i}`)) continue;
        this.#drawn.set(`${i}`, {from: 0, to: 0});
        context.globalAlpha = alpha;
        context.fillStyle = colors[layer.strips.length && layer.owner === layer.layer ? 'state' : 'unfilled'];
        if (layer.owner === layer.layer) context.fillRect(0, y, 40, height); // a state never grows
        else if (layer.owner) context.fillRect(0, y + height / 2, box.width, 1); // reads another layer's cache
        context.globalAlpha = 1;
        ++filled;
        continue;
      }
      for (const [part, strip] of layer.strips.entries()) {
        const sides = strip.kind === 'keys' || strip.kind === 'values';
        if (!sides && part > 0 && height < 10) continue;
        const key = `${i}.${part}`, drawn = this.#drawn.get(key);
        const settled = drawn && drawn.from === strip.from && drawn.to === strip.to;
        if (settled && drawn.fresh === fresh) continue;
        if (filled >= most) {
          left = true;
          break;
        }
        const split = !sides && layer.strips.length > 1 && height >= 10;
        const r = sides ? {x: part * (half + GAP), y, w: half, h: height}
          : {x: 0, y: y + (split && part ? height * 0.72 : 0), w: box.width, h: split ? height * (part ? 0.28 : 0.7) : height};
        const look = {max, unfilled: colors.unfilled, newest: colors.newest, lit: LIT, alpha, fresh: Math.max(fresh, 0.05), color: colors[COLOR_OF[strip.kind]]};
        for (const range of changedColumns(r, strip, drawn, max)) filled += drawStrip(context, r, strip, look, range);
        this.#drawn.set(key, {from: strip.from, to: strip.to, fresh});
      }
      if (left) break;
    }
    if (left || fresh < 1) inNextFrame(this);
    return filled;
  }

  /** Announces the length at rest, and occasionally while playing. @param {number} now */
  #announce(now) {
    const words = `${digits(now)} of ${digits(this.maxSeqLen)} positions cached`;
    if (words === this.#said) return;
    if (isSet(this.#column) && isSet(this.#saying)) return;
    after(isSet(this.#column) ? CHATTY : QUIET, this.#saying, () => {
      this.#said = `${digits(this.seqLen)} of ${digits(this.maxSeqLen)} positions cached`;
      this.live.textContent = this.#said;
    });
  }
}

/** Row heights for the heads, lower if there are many layers. @param {import('./figures.js').Layer[]} layers */
function rowHeight(layers) {
  const rows = Math.max(1, ...layers.map((layer) => (layer.strips[0]?.kind === 'state' ? 1 : layer.strips[0]?.rows ?? 1)));
  return Math.max(5, Math.min(Math.min(rows * 10, 48) + 6, Math.floor(480 / Math.max(1, layers.length))));
}
