// The explorer's own arithmetic for the embedded elements, loaded when the first of them needs it.

/**
 * @typedef {{id: string, label: string, value: number, text: string, formula: string, substituted: string, approximate: boolean}} Quantity
 * @typedef {{kind: string, rows: number, width: number, cell_bytes: number, from: number, to: number}} Strip
 * @typedef {{layer: number, owner: number, name: string, kept: string, strips: Strip[]}} Layer
 * @typedef {{inputs: any, quantities: Quantity[], notices: string[], summary?: string, layers?: Layer[]}} Answer
 * @typedef {{answer: (query: Record<string, string|number>) => Answer, choices: (id: string) => [string, string][]}} Figures
 */

/** @param {string} path in the folder above this module @returns {string} */
const beside = (path) => new URL(`../${path}`, import.meta.url).href;

/** @type {Promise<Figures>|null} */
let loading = null;

async function load() {
  const text = async (/** @type {string} */ url) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return response.text();
  };
  const [{default: create}, models, devices] = await Promise.all([
    import(beside('@@figures-module.js@@')), text(beside('@@models.json@@')), text(beside('@@devices.json@@')),
  ]);
  const module = await create({locateFile: () => beside('@@figures.wasm@@')});
  /** @param {string} name @param {string[]} texts @returns {string} */
  const call = (name, ...texts) => {
    const pointers = texts.map((value) => {
      const size = module.lengthBytesUTF8(value) + 1;
      const at = module._malloc(size);
      module.stringToUTF8(value, at, size);
      return at;
    });
    const result = module.UTF8ToString(module[name](...pointers));
    pointers.forEach((at) => module._free(at));
    return result;
  };
  const trouble = call('_figures_data', models, devices);
  if (trouble) throw new Error(trouble);
  return {
    /** @param {Record<string, string|number>} query */
    answer: (query) => JSON.parse(call('_figures_answer', `?${new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]))}`)),
    /** @param {string} id */
    choices: (id) => JSON.parse(call('_figures_choices', id)),
  };
}

/** @returns {Promise<Figures>} a failed load is retried on the next call */
export function figures() {
  loading ??= load().catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}
