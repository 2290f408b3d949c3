// Installing the app: the browser's own prompt, shown once by itself, then on request.
import {say, toast} from './messages.js';

const INSTALL_KEY = 'kvx-install-asked';

/** @returns {() => Promise<void>} shows the browser's prompt, or says where to find it */
export function createInstall() {
  /** @type {any} */
  let prompt = null;

  async function install() {
    if (!prompt) {
      toast('To install: open the browser’s menu and choose “Install” or “Add to Home Screen”.', {ms: 8000});
      return;
    }
    const event = prompt;
    prompt = null;
    event.prompt();
    await event.userChoice;
  }

  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    prompt = event;
    try {
      if (localStorage.getItem(INSTALL_KEY)) return;
      localStorage.setItem(INSTALL_KEY, '1'); // shown once by itself, never again
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
    say('Installed');
  });
  return install;
}
