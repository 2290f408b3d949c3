// The second module: code of the pages that are not opened first. tools/split-wasm.mjs cuts it out, this brings it back.
import {PAGES_WASM} from './assets.js';
import {LoadError, loadWasm} from './load.js';
import {toast} from './messages.js';

const LABEL = 'this page of the explorer';
/** A link or a session that shows more than the first page. */
const MORE = /view=(?!inference)|[?&](show|devices|own)=|"own":\[[^\]]/;

/**
 * @param {() => void} arrived  once; at once where there is only one module
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
    // It fills the first module's table with its functions.
    new WebAssembly.Instance(module, {primary: /** @type {WebAssembly.Instance} */ (first).exports});
    there = true;
    arrived();
  }

  function load() {
    if (there) return Promise.resolve();
    loading ??= loadWasm(PAGES_WASM, undefined, LABEL).then(join).finally(() => { loading = null; });
    return loading;
  }

  /** A call into code that is not there, which the program should have waited for: better a short stop than an end. */
  function loadNow() {
    const request = new XMLHttpRequest();
    request.open('GET', PAGES_WASM, false);
    request.overrideMimeType('text/plain; charset=x-user-defined');
    try {
      request.send();
    } catch (error) {
      throw new LoadError(`Could not load ${LABEL}.`, {cause: error});
    }
    if (request.status !== 200) throw new LoadError(`Could not load ${LABEL}: the server answered ${request.status}.`);
    join(new WebAssembly.Module(Uint8Array.from(request.responseText, (c) => c.charCodeAt(0) & 255)));
  }

  return {
    there: () => there,
    load,
    /** Stands in for functions that are not loaded; their names are their places in the table. */
    placeholders: new Proxy({}, {
      get: (_, place) => (/** @type {unknown[]} */ ...args) => {
        /** @type {any} */ (globalThis).__early = [.../** @type {any} */ (globalThis).__early ?? [], String(place)]; // tests want none
        if (!there) loadNow();
        const table = /** @type {WebAssembly.Table} */ (Object.values(/** @type {WebAssembly.Instance} */ (first).exports).find((x) => x instanceof WebAssembly.Table));
        return table.get(Number(place))(...args);
      },
    }),
    /** @param {WebAssembly.Instance} instance of the first module */
    attach(instance) {
      first = instance;
    },
    /** The program asks; a failure is told and can be tried again. */
    want() {
      load().catch((error) => {
        toast(error instanceof Error ? error.message : String(error), {actions: [{label: 'Try again', primary: true, run: () => this.want()}]});
      });
    },
    /** @param {string} query a link, or a session */
    needs: (query) => !there && MORE.test(query),
    /**
     * Before anything asks the program for what a query shows. When it cannot be loaded that is told, nothing has changed, and `again` is
     * what trying again does.
     * @param {string} query @param {() => void} again
     * @returns {Promise<boolean>} whether it is there
     */
    async ensure(query, again) {
      if (!this.needs(query)) return true;
      try {
        await load();
        return true;
      } catch (error) {
        toast(error instanceof Error ? error.message : String(error), {actions: [{label: 'Try again', primary: true, run: again}, {label: 'Leave it', run: () => {}}]});
        return false;
      }
    },
    /** When nothing else is to be done. */
    prefetch() {
      if (/** @type {any} */ (navigator).connection?.saveData) return;
      const idle = /** @type {(run: () => void) => void} */ (globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 200)));
      idle(() => load().catch(() => { /* asked for again when it is needed */ }));
    },
  };
}
