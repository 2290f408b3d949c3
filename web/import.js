// Import: files of models, figures of devices, repositories and links; dropped, pasted, opened or shared.
import {toast} from './messages.js';

const MOST_FILES = 20; // more at once is probably a mistake
const MOST_PARTS = 1024; // of one checkpoint
const PIECE = 1 << 18; // bytes read at a time: a few milliseconds of work, so that no frame waits
const PATIENCE = 500; // ms until the page says that it is reading

/** What of a File is needed: shared files have their beginning only. @typedef {{name: string, size: number, slice: (from: number, to: number) => Blob}} Readable */

// What belongs to a checkpoint beside a config.json: such files are one model together.
const PART = /(\.safetensors|\.gguf|\.index\.json|quant\w*_config\.json|\bparams\.json)$/;
// An address of Hugging Face, or org/name with a number in the name: most pairs of words with a slash are no repository.
const REPOSITORY = /^\s*(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co)\/\S+\s*$|^\s*[A-Za-z][\w.-]+\/[\w.-]*\d[\w.-]*\s*$/;

/** The files in what was dropped, those of folders too. @param {DataTransfer} data @returns {Promise<File[]>} */
async function dropped(data) {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry != null);
  if (!entries.some((entry) => entry.isDirectory)) return [...data.files];
  /** @type {File[]} */
  const files = [];
  for (const entry of entries) {
    if (entry.isFile) files.push(await new Promise((done, fail) => /** @type {FileSystemFileEntry} */ (entry).file(done, fail)));
    if (!entry.isDirectory) continue;
    const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
    for (;;) {
      /** @type {FileSystemEntry[]} */
      const inside = await new Promise((done, fail) => reader.readEntries(done, fail));
      if (!inside.length || files.length > MOST_PARTS) break;
      for (const one of inside) {
        if (one.isFile && /\.(json|gguf|safetensors)$/.test(one.name)) files.push(await new Promise((done, fail) => /** @type {FileSystemFileEntry} */ (one).file(done, fail)));
      }
    }
  }
  return files;
}

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
  /** @type {Promise<unknown>} one import at a time */
  let queue = Promise.resolve();

  /**
   * Does it when the code is there; says why it was refused. @param {string} name @param {() => Promise<string>} run
   * @returns {Promise<boolean>} whether it was imported
   */
  async function attempt(name, run) {
    try {
      await ready();
    } catch (error) {
      toast(`${name} was not imported: ${error instanceof Error ? error.message : error}`, {actions: [
        {label: 'Try again', primary: true, run: () => { one(name, run); }},
        {label: 'Leave it', run: () => {}},
      ]});
      return false;
    }
    const next = queue.then(run);
    queue = next.catch(() => {});
    const reason = await next.catch((error) => `it cannot be read (${error instanceof Error ? error.message : error}).`);
    wake();
    if (reason) toast(`${name} was not imported: ${reason}`, {ms: 10000});
    return !reason;
  }

  /** @param {string} name @param {() => Promise<string>} run */
  async function one(name, run) {
    if (await attempt(name, run)) toast(`${name} imported.`, {ms: 4000});
  }

  /** Gives the program as much of the files as it asks for. @param {Readable[]} parts @returns {Promise<string>} why they were refused, or "" */
  async function read(parts) {
    let close = () => {};
    const timer = setTimeout(() => { close = toast(`Reading ${parts.length > 1 ? `${parts.length} files` : parts[0].name} …`, {quiet: true}); }, PATIENCE);
    try {
      for (const part of parts) {
        let wanted = engine.call('kvx_file', part.name, part.size);
        for (let at = 0; wanted && at < part.size; at += PIECE)
          wanted = engine.bytes('kvx_bytes', new Uint8Array(await part.slice(at, at + PIECE).arrayBuffer()));
      }
    } catch (error) {
      engine.text('kvx_opened'); // forgets what was begun
      throw error;
    } finally {
      clearTimeout(timer);
      close();
    }
    return engine.text('kvx_opened');
  }

  /** Imports files: those of one checkpoint together, others one after the other; the last one is shown. @param {Readable[]} all */
  async function take(all) {
    const together = all.length > 1 && all.some(({name}) => PART.test(name));
    const most = together ? MOST_PARTS : MOST_FILES;
    const some = all.slice(0, most);
    if (all.length > most) toast(`Only the first ${most} of ${all.length} files were read.`, {ms: 6000});
    if (together) return one(`${some.length} files`, () => read(some));
    let good = 0;
    for (const file of some) if (await attempt(file.name, () => read([file]))) good++;
    if (good) toast(good === 1 && all.length === 1 ? `${all[0].name} imported.` : `${good} of ${all.length} files imported.`, {ms: 4000});
  }

  /** Text that was pasted or shared. @param {string} text @param {string} name @returns {boolean} whether it was a link, a config.json or a repository */
  function takeWords(text, name) {
    const query = ownLink(text);
    if (query) {
      open(query);
      return true;
    }
    const repository = REPOSITORY.test(text);
    if (!/^\s*\{/.test(text) && !repository) return false;
    one(repository ? text.trim() : name, async () => engine.text('kvx_import', text));
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
    if (e.dataTransfer) dropped(e.dataTransfer).then(take, () => toast('The folder cannot be read.', {ms: 6000}));
  });
  addEventListener('paste', (e) => {
    const data = e.clipboardData;
    if (!data || (e.target instanceof HTMLElement && e.target.matches('input, textarea, select'))) return;
    const pasted = [...data.files].filter((file) => /json|octet-stream|^$/.test(file.type));
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
      input.accept = '.json,.gguf,.safetensors,application/json';
      input.addEventListener('change', (e) => take([...(/** @type {HTMLInputElement} */ (e.target)).files ?? []]));
      input.click();
    },
  };
}
