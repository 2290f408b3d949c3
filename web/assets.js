// Names of the built files. The build replaces each token by the file's hashed name, relative to the page.

/** @param {string} url */
const fromPage = (url) => new URL(url, document.baseURI).href;

export const KVX_JS = fromPage('@@kvx.js@@');
export const KVX_WASM = fromPage('@@kvx.wasm@@');

/** @type {Record<string, string>} name → address of the code that is loaded when it is needed; empty where the build makes one module */
export const MODULES = Object.fromEntries(Object.entries(JSON.parse('@@modules@@')).map(([name, url]) => [name, fromPage(url)]));

/** The dialog behind "Share", loaded when it is opened. */
export const SHARE_JS = fromPage('@@share.js@@');

/** Files handed to the app before it starts; `name` is the one `kvx_provide` knows. */
export const FILES = [
  {name: 'models.json', url: fromPage('@@models.json@@'), label: 'the list of models'},
  {name: 'devices.json', url: fromPage('@@devices.json@@'), label: 'the list of devices'},
  {name: 'clusters.json', url: fromPage('@@clusters.json@@'), label: 'the list of systems'},
  {name: 'facts.json', url: fromPage('@@facts.json@@'), label: 'the list of facts'},
  {name: 'fonts/inter-400', url: fromPage('@@inter-400@@'), label: 'a font'},
  {name: 'fonts/inter-600', url: fromPage('@@inter-600@@'), label: 'a font'},
  {name: 'fonts/mono-500', url: fromPage('@@mono-500@@'), label: 'a font'},
];
