// Another version of dist/, as a deployment would bring it.
import {createHash} from 'node:crypto';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {assert} from './harness.mjs';

/** Rebuilds a copy of dist/ as another version: one byte of the page differs. */
export function nextVersion(dir, {damage = false, name = 'next-version', news} = {}) {
  const file = join(dir, 'index.html');
  const html = `${readFileSync(file, 'utf8')}<!-- next -->`;
  writeFileSync(file, html);
  for (const extension of ['.br', '.gz']) rmSync(file + extension, {force: true});
  const worker = join(dir, 'sw.js');
  const integrity = `sha384-${createHash('sha384').update(damage ? 'something else' : html).digest('base64')}`;
  const source = readFileSync(worker, 'utf8');
  const changed = source.replace(/(url:\s*"\.\/",\s*integrity:\s*")sha384-[^"]+/, `$1${integrity}`).replace(/(version:\s*")[^"]+/, `$1${name}`);
  const told = news ? changed.replace(/news:\s*\[/, `news: [${JSON.stringify(news)}, `) : changed;
  assert.notEqual(told, source);
  writeFileSync(worker, told);
  for (const extension of ['.br', '.gz']) rmSync(worker + extension, {force: true});
}

/** Waits until the page's worker controls it and is active; the caches of this app. */
export const controlled = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(async () => {
  while (!navigator.serviceWorker.controller) await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, {once: true}));
  const worker = navigator.serviceWorker.controller; // until it is active it may still be deleting the previous version's caches
  while (worker.state !== 'activated') await new Promise((done) => worker.addEventListener('statechange', done, {once: true}));
  return (await caches.keys()).filter((name) => name.startsWith('kvx:'));
}));

/** How the next installation of a worker ends. */
export const outcome = (page) => page.evaluate(async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  const found = new Promise((done) => registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    worker.addEventListener('statechange', () => { if (worker.state !== 'installing') done(worker.state); });
  }));
  await registration.update().catch(() => {});
  return found;
});
