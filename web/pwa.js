// Installation, offline use, updates.
import {createInstall} from './install.js';
import {takeLaunches, takeShared} from './launch.js';
import {say, toast} from './messages.js';
import {register} from './update.js';

/** @param {import('./launch.js').Takes & {busy: () => string}} app `busy`: what a reload would lose, as a sentence; "" when nothing */
export function createPwa(app) {
  const connection = () => { document.documentElement.dataset.offline = String(!navigator.onLine); };
  addEventListener('offline', () => { connection(); toast('Offline. Everything here still works.', {ms: 4000}); });
  addEventListener('online', () => { connection(); say('Online again'); });
  connection();

  return {
    install: createInstall(),
    /** After the first frame, so that the worker's downloads do not compete with the page's. */
    start() {
      takeLaunches(app);
      takeShared(app).catch(() => { /* storage is blocked: nothing was kept */ });
      register(app.busy).catch(() => { /* blocked or broken: the app works without it */ });
    },
  };
}
