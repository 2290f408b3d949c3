// A new version: announced, offered, and installed once the visitor agrees.
import {toast} from './messages.js';

/** Scripts may only come from this policy's one URL (Trusted Types). */
function workerUrl() {
  const types = /** @type {any} */ (globalThis).trustedTypes;
  if (!types) return 'sw.js';
  return types.createPolicy('kv-sw', {
    createScriptURL(/** @type {string} */ url) {
      if (url !== 'sw.js') throw new TypeError(`unexpected script ${url}`);
      return url;
    },
  }).createScriptURL('sw.js');
}

const ANSWER_MS = 1000;
const MOST_NEWS = 2; // sentences: the prompt is read in passing

/** @param {ServiceWorker|null} worker @param {string} question @returns {Promise<unknown>} undefined: an older version does not know the question */
function ask(worker, question) {
  return new Promise((done) => {
    const {port1, port2} = new MessageChannel();
    if (!worker) return done(undefined);
    const timer = setTimeout(() => done(undefined), ANSWER_MS);
    port1.onmessage = ({data}) => { clearTimeout(timer); done(data); };
    worker.postMessage(question, [port2]);
  });
}

/** @typedef {{release: string, lines: string[]}[]} News newest first */
/** @param {ServiceWorker|null} worker @returns {Promise<News>} */
async function newsOf(worker) {
  const news = await ask(worker, 'news');
  return Array.isArray(news) ? news : [];
}

/** While this tab is open, the files of its version are kept for it (sw.js, tidy). */
async function holdVersion() {
  const worker = navigator.serviceWorker.controller;
  const name = await ask(worker, 'cache');
  if (typeof name !== 'string' || !navigator.locks) return;
  navigator.locks.request(name, {mode: 'shared'}, () => new Promise(() => {}));
  worker?.postMessage('tidy');
}

const KEEP_MS = 600; // the address and the session follow the state twice a second
/** Reloads the page with what was typed last: leaving its field commits it. */
function reload() {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  setTimeout(() => location.reload(), KEEP_MS);
}

/** Set when this tab agreed: only then it reloads by itself. */
let agreed = false;
/** @param {ServiceWorker} worker @param {() => string} busy */
function update(worker, busy) {
  const go = () => {
    agreed = true;
    worker.postMessage('skip-waiting');
  };
  const why = busy();
  if (!why) return go();
  toast(`${why} The update would end that.`, {actions: [
    {label: 'Wait', primary: true, run: () => toast('The update waits.', {actions: [{label: 'Update', primary: true, run: () => update(worker, busy)}]})},
    {label: 'Update all the same', run: go},
  ]});
}

/** Another tab agreed: this one is notified, and keeps its version until its visitor agrees. @param {() => string} busy */
function offerReload(busy) {
  closeOffer();
  toast(`A new version was opened in another tab. ${busy() || 'This one still shows the earlier one.'}`, {actions: [
    {label: 'Reload', primary: true, run: reload},
    {label: 'Later', run: () => {}},
  ]});
}

/** @type {ServiceWorker|null} */
let offered = null;
let closeOffer = () => {};
/** @param {ServiceWorker} worker @param {() => string} busy */
async function offerUpdate(worker, busy) {
  if (offered === worker) return;
  offered = worker;
  const [coming, here] = await Promise.all([newsOf(worker), newsOf(navigator.serviceWorker.controller)]);
  const fresh = coming.filter(({release}) => !here.some((known) => known.release === release)).flatMap(({lines}) => lines);
  if (worker.state === 'activated' || worker.state === 'redundant') return; // another tab was quicker
  closeOffer = toast(`New version ready${fresh.length ? `\n${fresh.slice(0, MOST_NEWS).join('\n')}` : ''}`, {actions: [
    {label: 'Update', primary: true, run: () => update(worker, busy)},
    {label: 'Later', run: () => {}},
  ]});
}

/**
 * Registers the worker that keeps the app for offline use and brings its updates.
 * @param {() => string} busy what a reload would lose, as a sentence; "" when nothing
 */
export async function register(busy) {
  if (!('serviceWorker' in navigator) || !isSecureContext) return;
  // The first installation also takes control of the page, which is no reason to reload it.
  let controlled = Boolean(navigator.serviceWorker.controller);
  if (controlled) holdVersion();
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (!controlled) holdVersion();
    else if (agreed) reload();
    else offerReload(busy);
    controlled = true;
  });

  const registration = await navigator.serviceWorker.register(workerUrl(), {updateViaCache: 'none'});
  if (registration.waiting && navigator.serviceWorker.controller) offerUpdate(registration.waiting, busy);
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && navigator.serviceWorker.controller) offerUpdate(worker, busy);
    });
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && navigator.onLine) registration.update().catch(() => {});
  });
}
