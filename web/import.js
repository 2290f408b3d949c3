// A Hugging Face config.json, dropped on the page or chosen in a dialog.
import {toast} from './messages.js';

const LIMIT = 1 << 20;

/**
 * @param {import('./engine.js').Engine} engine
 * @param {() => void} wake
 */
export function installImport(engine, wake) {
  /** @param {File} file */
  async function take(file) {
    let reason = '';
    if (file.size > LIMIT) {
      reason = 'it is larger than 1 MiB; a config.json has a few kilobytes.';
    } else {
      reason = engine.text('kvx_import', await file.text());
      wake();
    }
    toast(reason ? `${file.name} was not imported: ${reason}` : `${file.name} imported.`, {ms: reason ? 10000 : 4000});
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
    const file = e.dataTransfer?.files[0];
    if (file) take(file);
  });

  return {
    /** The file dialog; works inside a click or a key press. */
    pick() {
      const input = document.createElement('input');
      input.type = 'file';
      input.accept = '.json,application/json';
      input.addEventListener('change', () => { if (input.files?.[0]) take(input.files[0]); });
      input.click();
    },
  };
}
