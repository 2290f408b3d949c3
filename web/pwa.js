// Installation, offline use, updates.
import {say, toast} from './messages.js';

const INSTALL_KEY = 'kvx-install-asked';

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

/** As long as this tab lives the files of its version are kept for it (sw.js, tidy). */
async function holdVersion() {
  const worker = navigator.serviceWorker.controller;
  const name = await ask(worker, 'cache');
  if (typeof name !== 'string' || !navigator.locks) return;
  navigator.locks.request(name, {mode: 'shared'}, () => new Promise(() => {}));
  worker?.postMessage('tidy');
}

const KEEP_MS = 600; // the address and the session follow the state twice a second
/** Loads the page again with what was typed last: leaving its field commits it. */
function reload() {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  setTimeout(() => location.reload(), KEEP_MS);
}

/** Set when this tab agreed: only then it loads again by itself. */
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

/** Another tab agreed: this one is told, and goes on with what it has until somebody says otherwise. @param {() => string} busy */
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

/** @param {() => string} busy what loading again would take away, as a sentence; "" when nothing */
async function register(busy) {
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

/**
 * @param {{installable: (on: boolean) => void, open: (query: string) => void, take: (files: File[]) => void, takeWords: (text: string, name: string) => boolean, busy: () => string}} app
 */
export function createPwa(app) {
  /** @type {any} */
  let prompt = null;

  async function install() {
    if (!prompt) {
      toast('To install: open the browser’s menu and choose “Install” or “Add to Home Screen”.', {ms: 8000});
      return;
    }
    const event = prompt;
    prompt = null;
    app.installable(false);
    event.prompt();
    await event.userChoice;
  }

  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    prompt = event;
    app.installable(true);
    try {
      if (localStorage.getItem(INSTALL_KEY)) return;
      localStorage.setItem(INSTALL_KEY, '1'); // asked once, never again
    } catch {
      return;
    }
    toast('Install KV Cache Explorer? It then opens in its own window and works offline.', {actions: [
      {label: 'Install', primary: true, run: install},
      {label: 'Not now', run: () => {}},
    ], ms: 20000});
  });
  addEventListener('appinstalled', () => {
    prompt = null;
    app.installable(false);
    say('Installed');
  });

  const connection = () => { document.documentElement.dataset.offline = String(!navigator.onLine); };
  addEventListener('offline', () => { connection(); toast('Offline. Everything here still works.', {ms: 4000}); });
  addEventListener('online', () => { connection(); say('Online again'); });
  connection();

  // A launch of the installed app: the files it was opened with, or the address, unless the page already came from it.
  const queue = /** @type {any} */ (globalThis).launchQueue;
  const arrived = location.search;
  // Browsers report the last launch again after a reload.
  let again = /** @type {PerformanceNavigationTiming|undefined} */ (performance.getEntriesByType('navigation')[0])?.type === 'reload';
  const listen = () => queue?.setConsumer(async (/** @type {{targetURL?: string, files?: {getFile: () => Promise<File>}[]}} */ launch) => {
    if (again) { again = false; return; }
    const handles = launch.files ?? [];
    const found = await Promise.allSettled(handles.map((handle) => handle.getFile()));
    const files = found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    if (files.length < handles.length) toast(`${handles.length - files.length} of ${handles.length} files could not be read: moved or deleted?`, {ms: 6000});
    if (files.length) app.take(files);
    const search = launch.targetURL && !handles.length ? new URL(launch.targetURL).search : '';
    if (search && search !== arrived && !/^\?shared\b/.test(search)) app.open(search);
  });

  /** What another app shared: files first, otherwise text that may be a link to us or a config.json. */
  const wasShared = /[?&]shared\b/.test(location.search); // the address will soon hold the configuration
  async function pickUp() {
    if (!wasShared || !('caches' in globalThis)) return;
    const scope = new URL('./', document.baseURI).href;
    const name = `kvx:${scope}:shared`;
    const cache = await caches.open(name);
    /** @type {File[]} */
    const files = [];
    /** @type {string[]} */
    let words = [];
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      if (request.url.endsWith('/words')) words = await response?.json() ?? [];
      else if (response) files.push(new File([await response.blob()], decodeURIComponent(new URL(request.url).search.slice(1))));
    }
    await caches.delete(name);
    if (files.length) app.take(files);
    else if (!words.some((text) => app.takeWords(text, 'What was shared'))) toast('What was shared is neither a config.json nor a link to this app.', {ms: 6000});
  }

  return {
    install,
    /** After the first frame, so that the worker's downloads do not compete with the page's. */
    start() {
      listen();
      pickUp().catch(() => { /* storage is blocked: nothing was kept */ });
      if ('serviceWorker' in navigator && isSecureContext) register(app.busy).catch(() => { /* blocked or broken: the app works without it */ });
    },
  };
}
