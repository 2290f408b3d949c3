// The second module: code of the pages that are not opened first. tools/split-wasm.mjs moves it out; this loads it.
import {PAGES_WASM} from './assets.js';
import {loadWasm} from './load.js';
import {toast} from './messages.js';

const LABEL = 'this page of the explorer';

/**
 * @param {() => void} arrived  called once; immediately if there is only one module
 */
export function createPages(arrived) {
  /** @type {WebAssembly.Instance|null} */
  let first = null;
  let there = !PAGES_WASM;
  /** @type {Promise<void>|null} */
  let loading = null;

  /** @param {WebAssembly.Module} module */
  function join(module) {
    if (there) return;
    // It puts its functions into the first module's table.
    new WebAssembly.Instance(module, {primary: /** @type {WebAssembly.Instance} */ (first).exports});
    there = true;
    arrived();
  }

  function load() {
    if (there) return Promise.resolve();
    loading ??= loadWasm(PAGES_WASM, undefined, LABEL).then(join).finally(() => { loading = null; });
    return loading;
  }

  /** A call into code that is not loaded, which the program should have waited for: better to block briefly than to crash. */
  function loadNow() {
    const request = new XMLHttpRequest();
    request.open('GET', PAGES_WASM, false);
    request.overrideMimeType('text/plain; charset=x-user-defined');
    request.send();
    if (request.status !== 200) throw new Error(`The server answered ${request.status} for ${LABEL}.`);
    join(new WebAssembly.Module(Uint8Array.from(request.responseText, (c) => c.charCodeAt(0) & 255)));
  }

  return {
    there: () => there,
    load,
    /** Stands in for functions that are not loaded; their names are their indices in the table. */
    placeholders: new Proxy({}, {
      get: (_, place) => (/** @type {unknown[]} */ ...args) => {
        /** @type {any} */ (globalThis).__early = [.../** @type {any} */ (globalThis).__early ?? [], String(place)]; // tests expect none
        if (!there) loadNow();
        const table = /** @type {WebAssembly.Table} */ (Object.values(/** @type {WebAssembly.Instance} */ (first).exports).find((x) => x instanceof WebAssembly.Table));
        return table.get(Number(place))(...args);
      },
    }),
    /** @param {WebAssembly.Instance} instance of the first module */
    attach(instance) {
      first = instance;
    },
    /** Called by the program; a failure is shown with a retry. */
    want() {
      load().catch((error) => {
        toast(error instanceof Error ? error.message : String(error), {actions: [{label: 'Try again', primary: true, run: () => this.want()}]});
      });
    },
    /** Loads when the page is idle. */
    prefetch() {
      if (/** @type {any} */ (navigator).connection?.saveData) return;
      const idle = /** @type {(run: () => void) => void} */ (globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 200)));
      idle(() => load().catch(() => { /* asked for again when it is needed */ }));
    },
  };
}
