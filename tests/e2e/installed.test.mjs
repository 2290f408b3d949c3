// Installed through the browser's own protocol: launch, shortcuts, files from the file manager, sharing.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {chromium} from 'playwright-core';
import {ARGS, assert, CHROMIUM, expectParam, get, later, open, ownServer, ready, rest, test, until} from './harness.mjs';

const CONFIG = (name, layers) => JSON.stringify({
  _name_or_path: name, model_type: 'llama', hidden_size: 2048, num_hidden_layers: layers, num_attention_heads: 32, vocab_size: 32000, max_position_embeddings: 8192, intermediate_size: 8192,
});

/** A profile with the app installed, and one window of it. */
async function installed() {
  const profile = mkdtempSync(join(tmpdir(), 'kvx-installed-'));
  later(() => rmSync(profile, {recursive: true, force: true}));
  const server = await ownServer();
  const context = await chromium.launchPersistentContext(profile, {executablePath: CHROMIUM, args: ARGS});
  later(() => context.close());
  const page = context.pages()[0] ?? await context.newPage();
  await page.goto(server.url);
  await ready(page);
  const session = await context.browser()?.newBrowserCDPSession() ?? await context.newCDPSession(page);
  const manifestId = server.url;
  await session.send('PWA.install', {manifestId, installUrlOrBundleUrl: server.url});
  await session.send('PWA.changeAppUserSettings', {manifestId, displayMode: 'standalone'});
  await page.goto('about:blank');
  const launch = async (url) => {
    const next = context.waitForEvent('page');
    await session.send('PWA.launch', {manifestId, ...(url ? {url} : {})});
    const window = await next;
    await ready(window);
    return window;
  };
  return {server, context, session, manifestId, launch, profile};
}

test('installed, it opens in its own window, without a badge, and knows its files', async () => {
  const {session, manifestId, launch} = await installed();
  const window = await launch();
  assert.equal(await window.evaluate(() => matchMedia('(display-mode: standalone)').matches), true);
  const state = await session.send('PWA.getOsAppState', {manifestId});
  assert.equal(state.badgeCount, 0);
  assert.deepEqual(state.fileHandlers.flatMap((handler) => handler.accepts.flatMap((accept) => accept.fileExtensions)), ['.json', '.gguf', '.safetensors']);
});

test('a shortcut opens its configuration, and a second launch uses the open window', async () => {
  const {server, context, launch, session, manifestId} = await installed();
  const window = await launch(`${server.url}?view=inference&model=llama-3.1-70b&gpu=h200-sxm-141gb&weights=fp8&kv=fp8`);
  assert.equal(await get(window, 'model'), 'llama-3.1-70b');
  const before = context.pages().length;
  await session.send('PWA.launch', {manifestId, url: `${server.url}?view=inference&batch=31`});
  await until(window, () => globalThis.kvx?.get('batch') === '31');
  assert.equal(context.pages().length, before, 'no second window');
});

test('config.json files opened from the file manager become models', async () => {
  const {session, manifestId, launch, profile} = await installed();
  const window = await launch();
  const files = ['One', 'Two'].map((name, i) => {
    const path = join(profile, `${name}.json`);
    writeFileSync(path, CONFIG(name, 8 + i));
    return path;
  });
  await session.send('PWA.launchFilesInApp', {manifestId, files});
  await until(window, () => globalThis.kvx?.get('model') === 'own-two');
  await window.getByText('2 of 2 files imported.').first().waitFor();
});

test('a launch with the address of a share changes nothing', async () => {
  const {server, session, manifestId, launch} = await installed();
  const window = await launch(`${server.url}?view=inference&batch=13`);
  assert.equal(await get(window, 'batch'), '13');
  await session.send('PWA.launch', {manifestId, url: `${server.url}?shared`});
  await window.getByText('neither a model nor a link').or(window.getByRole('button', {name: 'Play', exact: true})).first().waitFor();
  await ready(window);
  await expectParam(window, 'batch', '13');
  await window.reload();
  await ready(window);
  await expectParam(window, 'batch', '13');
});

/** Shares as the system does: a form posted to the app, which its worker answers. */
async function share(page, {files = [], words = {}}) {
  await page.evaluate(async ([list, fields]) => {
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller) await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, {once: true}));
    const form = new FormData();
    for (const [name, text] of Object.entries(fields)) form.append(name, text);
    for (const [name, text] of list) form.append('files', new File([text], name, {type: 'application/json'}));
    const response = await fetch('./?shared', {method: 'POST', body: form});
    if (!response.ok) throw new Error(String(response.status));
  }, [files, words]);
  await page.goto(new URL('./?shared', page.url()).href);
  await ready(page);
}

test('a shared config.json becomes a model, shared text a link or a model, anything else gets a message', async () => {
  const {page} = await open('', {worker: true});
  await share(page, {files: [['mine.json', CONFIG('Shared', 11)]]});
  await expectParam(page, 'model', 'own-shared');
  assert.doesNotMatch(page.url(), /shared$/);
  assert.deepEqual(await page.evaluate(async () => (await caches.keys()).filter((name) => name.endsWith(':shared'))), [], 'nothing of it is kept');
  await share(page, {words: {text: `${new URL('./', page.url()).href}?view=inference&batch=21`}});
  await expectParam(page, 'batch', '21');
  await share(page, {words: {text: CONFIG('Words', 5)}});
  await expectParam(page, 'model', 'own-words');
  await share(page, {words: {title: 'something', text: 'else'}});
  await page.getByText('neither a model nor a link').first().waitFor();
  await rest(page);
});
