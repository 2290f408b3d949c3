// `kvx` in the browser's console: every parameter as a property, the figures, layout faults. The tests use it too.

/**
 * A row of the registry with its present value; a default of "" is the device's own.
 * @typedef {{id: string, flag: string, label: string, unit: string, help: string, kind: string, min?: number, max?: number,
 *   value: string, default: string, choices?: string[]}} Param
 */

const SHOWN_CHOICES = 8;
const TEXT = 'text', TEXT_NOT_IN_TREE = 'text not in tree'; // the lint's kinds

/** What a parameter may be set to, in one line. @param {Param} p */
function allowed({kind, min, max, choices = []}) {
  if (choices.length && kind === 'choice') return choices.slice(0, SHOWN_CHOICES).join(' ') + (choices.length > SHOWN_CHOICES ? ` … (${choices.length})` : '');
  return kind === 'toggle' ? '0 1' : max === undefined ? kind : `${min} … ${max}`;
}

/**
 * @param {import('./engine.js').Engine} engine
 * @param {() => void} wake
 * @param {{install: () => void, pick: () => void}} page
 */
export function installConsole(engine, wake, page) {
  /** @returns {Param[]} */
  const params = () => JSON.parse(engine.text('kvx_params')).parameters.map((/** @type {Param} */ p) => ({...p, value: engine.text('kvx_get', p.id)}));
  /** @param {string} query @param {string} what */
  function needs(query, what) {
    if (engine.text('kvx_needs', query, '')) throw new Error(`${what} is not loaded yet. Ask again in a moment.`);
  }
  /** @returns {{inputs: Record<string, unknown>, quantities: {id: string, label: string, text: string}[]}} */
  function quantities() {
    needs('', 'This page');
    const json = engine.text('kvx_quantities');
    return JSON.parse(json);
  }

  const api = {
    params,
    quantities,
    /** Faults of the last frame's layout: overlaps, overflow, small targets. */
    lint: () => JSON.parse(engine.text('kvx_lint')).filter(({kind}) => kind !== TEXT && kind !== TEXT_NOT_IN_TREE),
    /** What is drawn as text, where (left, top, width, height in CSS pixels) and in which colour (red, green, blue, opacity: 0 to 255). */
    drawnText: () => JSON.parse(engine.text('kvx_lint')).filter(({kind}) => kind === TEXT).map(({a, rect, ink}) => ({text: a, rect, ink})),
    /** Drawn text that is missing from the semantic tree, so that no screen reader finds it. */
    unexposedText: () => JSON.parse(engine.text('kvx_lint')).filter(({kind}) => kind === TEXT_NOT_IN_TREE).map(({a}) => a),
    /** @param {string} id */
    get: (id) => engine.text('kvx_get', id),
    /** @param {string} id @param {unknown} value @returns {string} why it was refused, or "" */
    set(id, value) {
      if (id === 'own') needs('?own={}', 'The code that reads a config.json');
      const reason = engine.text('kvx_set', id, String(value));
      wake();
      return reason;
    },
    /** @param {string} json text of a config.json */
    import(json) {
      needs('?own={}', 'The code that reads a config.json');
      const reason = engine.text('kvx_import', json);
      wake();
      return reason;
    },
    install: page.install,
    pick: page.pick,
    help() {
      const rows = params();
      console.table(Object.fromEntries(rows.map((p) => [p.id, {value: p.value, unit: p.unit, choices: allowed(p), help: p.help}])));
      console.log('kvx.batch = 8 sets, kvx.batch reads · kvx.quantities() all figures with formulas · kvx.lint() layout faults · kvx.import(text) a config.json');
      return rows;
    },
  };

  const ids = new Set(params().map((p) => p.id));
  const known = (/** @type {string|symbol} */ key) => typeof key === 'string' && ids.has(key);

  /** @type {any} */ (globalThis).kvx = new Proxy(api, {
    get: (target, key, receiver) => (!(key in target) && known(key) ? api.get(/** @type {string} */ (key)) : Reflect.get(target, key, receiver)),
    set(target, key, value) {
      if (!known(key)) throw new TypeError(`kvx has no parameter "${String(key)}". kvx.help() lists them.`);
      const reason = api.set(/** @type {string} */ (key), value);
      if (reason) throw new RangeError(reason);
      return true;
    },
    has: (target, key) => key in target || known(key),
    ownKeys: (target) => [...new Set([...Reflect.ownKeys(target), ...ids])],
    getOwnPropertyDescriptor: (target, key) => Reflect.getOwnPropertyDescriptor(target, key)
      ?? (known(key) ? {configurable: true, enumerable: true, writable: true, value: api.get(/** @type {string} */ (key))} : undefined),
  });
  installNames(api);
}

/** Names from the older app and the parameters that replace them. */
const OLDER = /** @type {Record<string, string>} */ ({
  currentTokens: 'at', batchSize: 'batch', animationSpeed: 'speed', flashAttention: 'fa', continuousBatching: 'cb', pagedAttention: 'pa',
});
const SWITCHES = new Set(['fa', 'cb', 'pa']);

/**
 * `kvcache` for people who script the page, and the older app's variables: `batchSize = 16`.
 * @param {{get: (id: string) => string, set: (id: string, value: unknown) => string, quantities: () => any}} api
 */
function installNames(api) {
  /** @param {string} id @param {unknown} value */
  const set = (id, value) => {
    const plain = typeof value === 'boolean' ? Number(value) : value;
    // The older app had no maximum context.
    if (id === 'at' && Number(plain) > Number(api.get('context'))) set('context', plain);
    const reason = api.set(id, plain);
    if (reason) throw new RangeError(reason);
  };
  /** @type {any} */ (globalThis).kvcache = Object.freeze({
    /** Sets many parameters at once; throws a RangeError with the reason for the first that is refused. @param {Record<string, unknown>} values */
    set: (values) => Object.entries(values).forEach(([id, value]) => set(OLDER[id] ?? id, value)),
    /** One parameter's value, or all of them. @param {string} [id] */
    get: (id) => (id === undefined ? api.quantities().inputs : api.get(OLDER[id] ?? id)),
    /** Every figure of the page: {id: {label, value, unit, text}}. */
    figures: () => Object.fromEntries(api.quantities().quantities.map((/** @type {any} */ {id, label, value, unit, text}) => [id, {label, value, unit, text}])),
    /** Formula, current values and source of one figure. @param {string} id */
    explain: (id) => api.quantities().quantities.find((/** @type {any} */ q) => q.id === id) ?? null,
  });
  for (const [name, id] of Object.entries(OLDER))
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get: () => (SWITCHES.has(id) ? api.get(id) === '1' : Number(api.get(id))),
      set: (value) => set(id, value),
    });
}
