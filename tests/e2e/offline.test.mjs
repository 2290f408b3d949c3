import {existsSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {chromium} from 'playwright-core';
import {ARGS, assert, CHROMIUM, copyOfDist, DIST, get, later, open, ownServer, ready, rest, test, until} from './harness.mjs';
import {UPDATE} from './names.mjs';
import {controlled, nextVersion, outcome} from './versions.mjs';

const NETWORK = [/Failed to load resource|net::ERR/];

test('the app works with the server gone, with any query and in a new tab', async () => {
  const server = await ownServer();
  const {page, context} = await open('', {url: server.url, allow: NETWORK});
  assert.equal((await controlled(page)).length, 1);
  await server.stop();
  await assert.rejects(fetch(server.url));
  await page.goto(`${server.url}?view=inference&model=llama-3.1-70b&batch=3`);
  await ready(page);
  assert.equal(await get(page, 'model'), 'llama-3.1-70b');
  await page.reload();
  await ready(page);
  const tab = await context.newPage();
  await tab.goto(`${server.url}index.html?view=inference&batch=6`);
  await ready(tab);
  assert.equal(await get(tab, 'batch'), '6');
});

test('a new version waits, is offered, and takes over when asked', async () => {
  const dir = copyOfDist();
  const server = await ownServer(dir);
  const {page} = await open('?view=inference&batch=9', {url: server.url});
  const [before] = await controlled(page);
  const requested = [];
  page.context().on('request', (request) => { if (request.serviceWorker()) requested.push(new URL(request.url()).pathname); });
  nextVersion(dir);
  await page.evaluate(() => navigator.serviceWorker.getRegistration().then((r) => r.update()));
  await page.getByText(UPDATE.text).first().waitFor();
  assert.deepEqual(requested.filter((path) => !['/', '/sw.js'].includes(path)), [], 'only what changed is fetched');
  assert.equal(await page.evaluate(() => document.documentElement.outerHTML.includes('<!-- next')), false, 'until then the old one runs');
  const reloaded = page.waitForEvent('load');
  await page.getByRole('button', {name: UPDATE.button, exact: true}).click();
  await reloaded;
  await ready(page);
  const names = await controlled(page);
  assert.equal(names.length, 1);
  assert.notEqual(names[0], before);
  assert.equal(await get(page, 'batch'), '9', 'the configuration is still there');
});

test('a damaged new version is not installed', async () => {
  const dir = copyOfDist();
  const server = await ownServer(dir);
  const {page} = await open('', {url: server.url, allow: [/integrity|sw\.js|Failed to find a valid digest/]});
  const before = await controlled(page);
  nextVersion(dir, {damage: true});
  const state = await outcome(page);
  assert.equal(state, 'redundant');
  await until(page, async () => (await caches.keys()).filter((name) => name.startsWith('kvx:')).length === 1);
  assert.deepEqual(await controlled(page), before);
  assert.equal(await page.getByText(UPDATE.text).count(), 0);
  await server.stop();
  await page.reload();
  await ready(page);
});

test('losing the connection is reported once', async () => {
  const {page, context} = await open('', {allow: NETWORK, worker: true});
  await controlled(page);
  await context.setOffline(true);
  await page.getByText('Offline. Everything here still works.').first().waitFor();
  await rest(page);
});

test('the browser finds it installable', async () => {
  const {mkdtempSync} = await import('node:fs');
  const {tmpdir} = await import('node:os');
  const profile = mkdtempSync(join(tmpdir(), 'kvx-profile-'));
  later(() => rmSync(profile, {recursive: true, force: true}));
  const server = await ownServer();
  const context = await chromium.launchPersistentContext(profile, {executablePath: CHROMIUM, args: ARGS});
  later(() => context.close());
  const page = context.pages()[0] ?? await context.newPage();
  await page.goto(server.url);
  await ready(page);
  await controlled(page);
  const session = await context.newCDPSession(page);
  const {errors} = await session.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const {installabilityErrors} = await session.send('Page.getInstallabilityErrors');
  assert.deepEqual(installabilityErrors, []);
});

test('the manifest names files that exist, in the sizes it says', () => {
  const manifest = JSON.parse(readFileSync(join(DIST, 'manifest.json'), 'utf8'));
  const found = new Set();
  for (const {src, sizes, purpose, type} of [...manifest.icons, ...(manifest.screenshots ?? [])]) {
    const path = join(DIST, src);
    assert.ok(existsSync(path), src);
    if (type !== 'image/png') continue;
    const bytes = readFileSync(path);
    assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes, src);
    found.add(`${purpose} ${sizes}`);
  }
  for (const wanted of ['any 192x192', 'any 512x512', 'maskable 512x512']) assert.ok(found.has(wanted), wanted);
  for (const shot of manifest.screenshots ?? []) {
    const [w, h] = shot.sizes.split('x').map(Number);
    assert.ok(Math.min(w, h) >= 320 && Math.max(w, h) <= 3840 && Math.max(w, h) <= 2.3 * Math.min(w, h) && shot.label && shot.form_factor, shot.src);
  }
  assert.ok(manifest.description.length <= 324);
  assert.equal(manifest.start_url, './');
  assert.equal(manifest.scope, './');
});
