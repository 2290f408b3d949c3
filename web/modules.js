// Code that is loaded on demand: tools/split-wasm.mjs splits it from the program, this loads it.
import {MODULES} from './assets.js';
import {LoadError, loadWasm} from './load.js';
import {toast} from './messages.js';

const LABEL = 'this part of the explorer';
const SHARED = 'shared'; // what several modules call is loaded with any of them

let withdraw = () => {};

/** One offer at a time: the latest request is the one to retry. @param {unknown} error @param {() => void} again @param {import('./messages.js').ToastAction[]} [more] */
function offerRetry(error, again, more = []) {
  withdraw();
  withdraw = toast(error instanceof Error ? error.message : String(error), {actions: [{label: 'Try again', primary: true, run: again}, ...more]});
}

/**
 * @param {(names: string) => void} arrived  space-separated names of the modules just loaded; "*": there are no modules
 * @param {(query: string) => string} needs  names of what is missing to show a link, or what is shown now when it is empty
 */
export function createModules(arrived, needs) {
  /** @type {WebAssembly.Instance|null} */
  let first = null;
  /** @type {Map<string, Promise<void>>} loaded or loading */
  const asked = new Map();
  /** @type {Set<string>} */
  const there = new Set();
  const whole = Object.keys(MODULES).length === 0;

  /** @param {string} name @param {WebAssembly.Module} module */
  function join(name, module) {
    if (there.has(name)) return;
    // It puts its functions into the first module's table.
    new WebAssembly.Instance(module, {primary: /** @type {WebAssembly.Instance} */ (first).exports});
    there.add(name);
  }

  /** @param {string} name */
  function bring(name) {
    let loading = asked.get(name);
    if (!loading) {
      loading = loadWasm(MODULES[name], undefined, LABEL).then((module) => join(name, module));
      loading.catch(() => asked.delete(name)); // retried when it is needed
      asked.set(name, loading);
    }
    return loading;
  }

  /** @param {string} names separated by spaces */
  async function load(names) {
    const wanted = whole ? [] : names.split(' ').filter((name) => MODULES[name]);
    if (!wanted.length || wanted.every((name) => there.has(name))) return;
    if (MODULES[SHARED]) wanted.push(SHARED);
    await Promise.all(wanted.map(bring));
    arrived(wanted.join(' '));
  }

  /**
   * Call before asking the program for what a link shows. If loading fails, a message offers `again` as a retry, and nothing has changed.
   * @param {string} query @param {() => void} again
   * @returns {Promise<boolean>} whether it is there
   */
  async function ensure(query, again) {
    try {
      await load(needs(query));
      return true;
    } catch (error) {
      offerRetry(error, again, [{label: 'Leave it', run: () => {}}]);
      return false;
    }
  }

  /** Called by the program; a failure is shown with a retry. @param {string} names */
  function want(names) {
    load(names).catch((error) => offerRetry(error, () => want(names)));
  }

  return {
    load,
    ensure,
    /** The names that the program gets at its start. */
    names: () => (whole ? '*' : [...there].join(' ')),
    /** Stands in for functions that are not loaded; the program must load them before calling them. */
    placeholders: new Proxy({}, {
      get: (_, place) => () => {
        /** @type {any} */ (globalThis).__early = [.../** @type {any} */ (globalThis).__early ?? [], String(place)]; // tests expect none
        throw new LoadError(`A part of the explorer was called before it was loaded (${String(place)}).`);
      },
    }),
    /** @param {WebAssembly.Instance} instance of the first module */
    attach(instance) {
      first = instance;
    },
    want,
    /** Loads when the page is idle. */
    prefetch() {
      if (/** @type {any} */ (navigator).connection?.saveData) return;
      const idle = /** @type {(run: () => void) => void} */ (globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 200)));
      idle(() => load(Object.keys(MODULES).join(' ')).catch(() => { /* asked for again when it is needed */ }));
    },
  };
}
