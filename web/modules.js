// Code that is loaded when it is needed: tools/split-wasm.mjs cuts it out of the program, this brings it back.
import {MODULES} from './assets.js';
import {loadWasm} from './load.js';
import {toast} from './messages.js';

const LABEL = 'this part of the explorer';
const SHARED = 'shared'; // what several modules call comes with any of them

/**
 * @param {(names: string) => void} arrived  names of what has just come, with spaces between; "*": there are no modules
 */
export function createModules(arrived) {
  /** @type {WebAssembly.Instance|null} */
  let first = null;
  /** @type {Map<string, Promise<void>>} loaded or on their way */
  const asked = new Map();
  /** @type {Set<string>} */
  const there = new Set();
  const whole = Object.keys(MODULES).length === 0;

  /** @param {string} name @param {WebAssembly.Module} module */
  function join(name, module) {
    if (there.has(name)) return;
    // It fills the first module's table with its functions.
    new WebAssembly.Instance(module, {primary: /** @type {WebAssembly.Instance} */ (first).exports});
    there.add(name);
  }

  /** @param {string} name */
  function bring(name) {
    let loading = asked.get(name);
    if (!loading) {
      loading = loadWasm(MODULES[name], undefined, LABEL).then((module) => join(name, module));
      loading.catch(() => asked.delete(name)); // asked for again when it is needed
      asked.set(name, loading);
    }
    return loading;
  }

  /** @param {string} names with spaces between */
  async function load(names) {
    const wanted = whole ? [] : names.split(' ').filter((name) => MODULES[name]);
    if (!wanted.length || wanted.every((name) => there.has(name))) return;
    if (MODULES[SHARED]) wanted.push(SHARED);
    await Promise.all(wanted.map(bring));
    arrived(wanted.join(' '));
  }

  /** The program asks; a failure is told and can be tried again. @param {string} names */
  function want(names) {
    load(names).catch((error) => {
      toast(error instanceof Error ? error.message : String(error), {actions: [{label: 'Try again', primary: true, run: () => want(names)}]});
    });
  }

  return {
    load,
    /** What the program is told when it starts. */
    names: () => (whole ? '*' : [...there].join(' ')),
    /** Stands in for functions that are not loaded: the program asks before it enters them. */
    placeholders: new Proxy({}, {
      get: (_, place) => () => {
        throw new Error(`A part of the explorer was entered before it was loaded (${String(place)}).`);
      },
    }),
    /** @param {WebAssembly.Instance} instance of the first module */
    attach(instance) {
      first = instance;
    },
    want,
    /** When nothing else is to be done. */
    prefetch() {
      if (/** @type {any} */ (navigator).connection?.saveData) return;
      const idle = /** @type {(run: () => void) => void} */ (globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 200)));
      idle(() => load(Object.keys(MODULES).join(' ')).catch(() => { /* asked for again when it is needed */ }));
    },
  };
}
