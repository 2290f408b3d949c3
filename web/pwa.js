// Installed, offline, up to date.
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

function offerUpdate(/** @type {ServiceWorker} */ worker) {
  toast('New version ready', {actions: [
    {label: 'Update', primary: true, run: () => worker.postMessage('skip-waiting')},
    {label: 'Later', run: () => {}},
  ]});
}

async function register() {
  // The first installation takes the page over too: that is no reason to load it again.
  let controlled = Boolean(navigator.serviceWorker.controller);
  let reloading = false;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (controlled && !reloading) {
      reloading = true;
      location.reload();
    }
    controlled = true;
  });

  const registration = await navigator.serviceWorker.register(workerUrl(), {updateViaCache: 'none'});
  if (registration.waiting && navigator.serviceWorker.controller) offerUpdate(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && navigator.serviceWorker.controller) offerUpdate(worker);
    });
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && navigator.onLine) registration.update().catch(() => {});
  });
}

/**
 * @param {{installable: (on: boolean) => void, open: (query: string) => void}} app
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

  // A second launch of the installed app arrives in the open window.
  const queue = /** @type {any} */ (globalThis).launchQueue;
  queue?.setConsumer((/** @type {{targetURL?: string}} */ launch) => {
    const search = launch.targetURL ? new URL(launch.targetURL).search : '';
    if (search && search !== location.search) app.open(search);
  });

  return {
    install,
    /** After the first frame, so that the worker's downloads do not compete with the page's. */
    start() {
      if ('serviceWorker' in navigator && isSecureContext) register().catch(() => { /* blocked or broken: the app works without it */ });
    },
  };
}
