// What the page says: live regions, toasts, the failure panel.

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const QUIET_MS = 500;
let spoken = 0;
let pending = '';
let timer = 0;

function flush() {
  timer = 0;
  spoken = performance.now();
  const region = byId('say-polite');
  // Screen readers only read a repeated message if the text differs.
  region.textContent = region.textContent === pending ? pending + '\u00a0' : pending;
}

/** The newest of several quick messages wins. @param {string} text @param {boolean} [assertive] */
export function say(text, assertive = false) {
  if (assertive) {
    const region = byId('say-assertive');
    region.textContent = region.textContent === text ? text + '\u00a0' : text;
    return;
  }
  pending = text;
  if (timer) return;
  const wait = spoken + QUIET_MS - performance.now();
  if (wait <= 0) flush();
  else timer = setTimeout(flush, wait);
}

/**
 * @typedef {{label: string, run: () => void, primary?: boolean}} ToastAction
 * @param {string} text
 * @param {{actions?: ToastAction[], ms?: number, quiet?: boolean}} [options] `ms`: closes by itself
 * @returns {() => void} closes it
 */
export function toast(text, {actions = [], ms = 0, quiet = false} = {}) {
  const box = document.createElement('div');
  box.className = 'toast';
  const words = document.createElement('p');
  words.textContent = text;
  box.append(words);
  const close = () => {
    if (box.contains(document.activeElement)) byId('app').focus({preventScroll: true});
    box.remove();
  };
  if (actions.length) {
    const row = document.createElement('div');
    row.className = 'actions';
    for (const {label, run, primary} of actions) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = label;
      if (primary) button.className = 'primary';
      button.addEventListener('click', () => { close(); run(); });
      row.append(button);
    }
    box.append(row);
  }
  byId('toasts').append(box);
  if (ms) setTimeout(close, ms);
  if (!quiet) say(text);
  return close;
}

/**
 * @param {object} what
 * @param {string} what.text                what happened
 * @param {string} [what.title]
 * @param {string} [what.help]              what to do
 * @param {(() => void)|null} [what.retry]  offers "Try again"
 * @param {unknown} [what.error]            details for a report
 */
export function showFailure({text, title = 'Something went wrong', help, retry = null, error}) {
  const panel = byId('failure');
  if (!panel.hidden) return; // the first message names the cause
  byId('failure-title').textContent = title;
  byId('failure-text').textContent = text;
  byId('failure-help').textContent = help ?? 'Reload the page to start again. The configuration is in the address of the page, so nothing is lost.';
  const again = byId('failure-retry');
  again.hidden = !retry;
  again.onclick = () => { panel.hidden = true; retry?.(); };
  byId('failure-reload').onclick = () => location.reload();
  byId('failure-reload').className = retry ? '' : 'primary';
  const details = error instanceof Error ? `${error.stack ?? error}` : error ? String(error) : '';
  byId('failure-details').hidden = !details;
  byId('failure-trace').textContent = details;
  byId('loading').hidden = true;
  panel.hidden = false;
  (retry ? again : byId('failure-reload')).focus({preventScroll: true});
}
