// Import: config.json of models, figures of devices, and links; dropped, pasted, opened or shared.
import {toast} from './messages.js';

const LIMIT = 16 << 20;
const MOST_FILES = 20; // more at once is probably a mistake

/** @param {string} text @returns {string} the query of a link to this app, or "" */
export function ownLink(text) {
  try {
    const url = new URL(text.trim());
    const here = new URL('./', document.baseURI);
    return url.origin === here.origin && url.pathname.replace(/index\.html$/, '') === here.pathname ? url.search : '';
  } catch {
    return '';
  }
}

/**
 * @param {import('./engine.js').Engine} engine
 * @param {() => void} wake
 * @param {() => Promise<void>} ready  loads the code that reads a config.json
 * @param {(query: string) => void} open  shows a link's configuration
 */
export function installImport(engine, wake, ready, open) {
  /** @param {string} name @param {string} json @returns {Promise<string>} why it was refused, or "" */
  async function takeText(name, json) {
    try {
      await ready();
    } catch (error) {
      toast(`${name} was not imported: ${error instanceof Error ? error.message : error}`, {actions: [
        {label: 'Try again', primary: true, run: () => takeOne(name, json)},
        {label: 'Leave it', run: () => {}},
      ]});
      return 'not loaded';
    }
    const reason = json.length > LIMIT ? 'it is larger than 16 MiB; a config.json has a few kilobytes.' : engine.text('kvx_import', json);
    wake();
    if (reason) toast(`${name} was not imported: ${reason}`, {ms: 10000});
    return reason;
  }

  /** @param {string} name @param {string} json */
  async function takeOne(name, json) {
    if (!await takeText(name, json)) toast(`${name} imported.`, {ms: 4000});
  }

  /** Imports one after the other; the last one is shown. @param {File[]} files */
  async function take(files) {
    let good = 0;
    for (const file of files.slice(0, MOST_FILES)) {
      const text = file.size > LIMIT ? ' '.repeat(LIMIT + 1) : await file.text().catch(() => '');
      if (!await takeText(file.name, text)) good++;
    }
    if (files.length > MOST_FILES) toast(`Only the first ${MOST_FILES} of ${files.length} files were read.`, {ms: 6000});
    if (good) toast(good === 1 && files.length === 1 ? `${files[0].name} imported.` : `${good} of ${files.length} files imported.`, {ms: 4000});
  }

  /** Text that was pasted or shared. @param {string} text @param {string} name @returns {boolean} whether it was a link or a config.json */
  function takeWords(text, name) {
    const query = ownLink(text);
    if (query) {
      open(query);
      return true;
    }
    if (!/^\s*\{/.test(text)) return false;
    takeOne(name, text);
    return true;
  }

  const files = (/** @type {DragEvent} */ e) => e.dataTransfer?.types.includes('Files');
  const mark = (/** @type {boolean} */ on) => document.body.classList.toggle('drop-target', on);

  addEventListener('dragover', (e) => {
    if (!files(e)) return;
    e.preventDefault();
    mark(true);
  });
  addEventListener('dragleave', (e) => { if (!e.relatedTarget) mark(false); });
  addEventListener('drop', (e) => {
    mark(false);
    if (!files(e)) return;
    e.preventDefault();
    take([...e.dataTransfer?.files ?? []]);
  });
  addEventListener('paste', (e) => {
    const data = e.clipboardData;
    if (!data || (e.target instanceof HTMLElement && e.target.matches('input, textarea, select'))) return;
    const pasted = [...data.files].filter((file) => /json|^$/.test(file.type));
    if (pasted.length) take(pasted);
    else if (!takeWords(data.getData('text/plain'), 'What was pasted')) return;
    e.preventDefault();
  });

  /** @type {HTMLInputElement|null} kept, because an element outside the document may be garbage-collected while its dialog is open */
  let input = null;
  return {
    take,
    takeWords,
    /** The file dialog; works only during a click or a key press. */
    pick() {
      input = document.createElement('input');
      input.type = 'file';
      input.multiple = true;
      input.accept = '.json,application/json';
      input.addEventListener('change', (e) => take([...(/** @type {HTMLInputElement} */ (e.target)).files ?? []]));
      input.click();
    },
  };
}
