/** Elements of KV Cache Explorer: <script type="module" src="…/embed/kv-cache-viz.js"></script> */

export interface SeqLenChange {
  /** Positions cached from now on, or wished for where the page holds `seq-len`. */
  seqLen: number;
}

export interface KvCacheVizEventMap extends HTMLElementEventMap {
  seqlenchange: CustomEvent<SeqLenChange>;
}

/** `<kv-cache-viz>`: the cache layer by layer. Every attribute is also a property in camelCase. */
export declare class KvCacheViz extends HTMLElement {
  /** `num-layers`: rows of the picture; 6. Of a `model` they come from its architecture. */
  numLayers: number;
  /** `seq-len`: held by the page while set. Reading gives the length that is shown. */
  get seqLen(): number;
  set seqLen(value: number | null | undefined);
  /** `default-seq-len`: where the element starts when it keeps the length itself; 0. */
  defaultSeqLen: number;
  /** `max-seq-len`: fixes the grid; 32, with a model 4,096. */
  maxSeqLen: number;
  /** `current-layer`: from 1; the others are dimmed. 0: none. */
  currentLayer: number;
  /** `num-heads`: KV heads of a layer; 3. */
  numHeads: number;
  /** `head-dim`: numbers of a head's vector; 64. */
  headDim: number;
  /** `playing`: a column every interval. Never with reduced motion. */
  playing: boolean;
  /** `play-speed`: the interval in ms; 600, never below 80. */
  playSpeed: number;
  /** `transition`: fade of a new column in ms; 180. 0, or reduced motion: none. */
  transition: number;
  /** `model`: an id of the explorer's list ("llama-3.1-8b"); empty: the shape of the other attributes. */
  model: string;
  /** Back to `default-seq-len`. */
  reset(): void;
  addEventListener<K extends keyof KvCacheVizEventMap>(type: K, listener: (this: KvCacheViz, event: KvCacheVizEventMap[K]) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

/** `<kv-cache-footprint>`: where a device's memory goes. */
export declare class KvCacheFootprint extends HTMLElement {
  model: string;
  device: string;
  /** `seq-len`: tokens of every sequence; 131,072. */
  seqLen: number;
  batch: number;
  /** Formats of cache and weights: "bf16", "fp8" … */
  kv: string;
  weights: string;
}

/** `<kv-cache-estimator>`: the calculator as a form; `estimatechange` tells the bytes. */
export declare class KvCacheEstimator extends HTMLElement {
  numLayers: number;
  numHeads: number;
  headDim: number;
  seqLen: number;
  batch: number;
  kv: string;
}

declare global {
  interface HTMLElementTagNameMap {
    'kv-cache-viz': KvCacheViz;
    'kv-cache-footprint': KvCacheFootprint;
    'kv-cache-estimator': KvCacheEstimator;
  }
}
