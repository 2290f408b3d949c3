// Two versions never mix, a bad download changes nothing, and no update interrupts.
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {assert, copyOfDist, eventually, get, open, ownServer, press, ready, rest, test, until} from './harness.mjs';
import {BUTTON, UPDATE} from './names.mjs';
import {controlled, nextVersion, outcome} from './versions.mjs';

const isNext = (page) => page.evaluate(() => fetch('./').then((r) => r.text()).then((html) => html.includes('<!-- next')));
const update = (page) => page.evaluate(() => navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => {}));

test('the prompt says what is new, and only that', async () => {
  const dir = copyOfDist();
  const server = await ownServer(dir);
  const {page} = await open('', {url: server.url});
  await controlled(page);
  nextVersion(dir, {news: {release: 'tomorrow', lines: ['A thing nobody has seen', 'Another']}});
  await update(page);
  await page.getByText(UPDATE.text).first().waitFor();
  const words = await page.locator('.toast').filter({hasText: UPDATE.text}).locator('p').innerText();
  assert.deepEqual(words.split('\n').slice(1), ['A thing nobody has seen', 'Another']);
});

test('two tabs: the one that agrees reloads; the other is notified, asked, and keeps its own files', async () => {
  const dir = copyOfDist();
  const server = await ownServer(dir);
  const {page, context} = await open('?view=inference&batch=3', {url: server.url});
  await controlled(page);
  const second = await context.newPage();
  await second.goto(`${server.url}?view=inference&batch=7`);
  await ready(second);
  await controlled(second);
  const held = (tab) => eventually(tab, async () => (await navigator.locks.query()).held.some(({name}) => name.startsWith('kvx:')));
  await held(second);
  for (const tab of [page, second]) await tab.evaluate(() => sessionStorage.setItem('loads', '0'));
  await context.addInitScript(() => sessionStorage.setItem('loads', String(Number(sessionStorage.getItem('loads') ?? 0) + 1)));
  nextVersion(dir);
  await update(page);
  for (const tab of [page, second]) await tab.getByText(UPDATE.text).first().waitFor();
  assert.equal(await isNext(second), false, 'old files until then');
  const field = second.getByRole('textbox', {name: 'Batch, number', exact: true});
  await field.fill('12'); // typed, and not committed
  const reloaded = page.waitForEvent('load');
  await page.getByRole('button', {name: UPDATE.button, exact: true}).click();
  await reloaded;
  await ready(page);
  assert.equal(await isNext(page), true);
  await second.getByText('A new version was opened in another tab').first().waitFor();
  assert.equal(await field.inputValue(), '12', 'what is typed stays');
  assert.equal(await second.evaluate(() => sessionStorage.getItem('loads')), '0', 'nothing was loaded again');
  assert.equal((await controlled(second)).length, 2, 'its files are kept for it');
  const again = second.waitForEvent('load');
  await second.getByRole('button', {name: 'Reload', exact: true}).click();
  await again;
  for (const [tab, batch] of [[page, '3'], [second, '12']]) {
    await ready(tab);
    await rest(tab);
    assert.equal(await get(tab, 'batch'), batch);
    assert.equal(await tab.evaluate(() => sessionStorage.getItem('loads')), '1', 'loaded once');
  }
  await eventually(page, async () => (await caches.keys()).filter((name) => name.startsWith('kvx:')).length === 1);
});

test('an update does not end training in the lab without asking', async () => {
  const dir = copyOfDist();
  const server = await ownServer(dir);
  const {page} = await open('?view=learn&lesson=lab&lab-steps=5000', {url: server.url});
  await controlled(page);
  await press(page.getByRole('button', {name: 'Train', exact: true}));
  await page.getByRole('button', {name: 'Pause', exact: true}).first().waitFor({state: 'attached'});
  nextVersion(dir);
  await update(page);
  await page.getByRole('button', {name: UPDATE.button, exact: true}).click();
  await page.getByText('A model is being trained in this tab’s lab').first().waitFor();
  assert.equal(await isNext(page), false);
  await page.getByRole('button', {name: 'Wait', exact: true}).click();
  await page.getByText('The update waits.').first().waitFor();
  const reloaded = page.waitForEvent('load');
  await page.getByRole('button', {name: UPDATE.button, exact: true}).click();
  await page.getByRole('button', {name: 'Update all the same', exact: true}).click();
  await reloaded;
  await ready(page);
  assert.equal(await isNext(page), true);
});

test('an update while playing interrupts nothing', async () => {
  const dir = copyOfDist();
  const server = await ownServer(dir);
  const {page} = await open('?view=inference&at=0&context=1000000', {url: server.url});
  await controlled(page);
  await press(page.getByRole('button', {name: BUTTON.play, exact: true}));
  nextVersion(dir);
  await update(page);
  await page.getByText(UPDATE.text).first().waitFor();
  const at = Number(await get(page, 'at'));
  await until(page, (before) => Number(globalThis.kvx.get('at')) > before, at);
  await page.getByRole('button', {name: 'Later', exact: true}).click();
  assert.equal(await isNext(page), false);
});

for (const kind of ['is missing', 'is cut', 'is stale']) {
  test(`a new version with a file that ${kind} is not installed, and leaves nothing behind`, async () => {
    const dir = copyOfDist();
    const server = await ownServer(dir);
    const {page} = await open('?view=inference&batch=3', {url: server.url, allow: [/integrity|sw\.js|valid digest|Failed to load resource/]});
    const before = await controlled(page);
    const old = readFileSync(join(dir, 'index.html'));
    nextVersion(dir);
    await server.stop();
    const html = readFileSync(join(dir, 'index.html'));
    const worse = {'is missing': null, 'is cut': html.subarray(0, html.length / 2), 'is stale': old}[kind];
    if (worse) writeFileSync(join(dir, 'index.html'), worse);
    else rmSync(join(dir, 'index.html'));
    const {serve} = await import('../../tools/serve.mjs');
    const again = await serve({dir, port: server.port});
    try {
      assert.equal(again.port, server.port);
      assert.equal(await outcome(page), 'redundant');
      assert.deepEqual(await controlled(page), before);
      assert.equal(await page.getByText(UPDATE.text).count(), 0);
      await page.reload();
      await ready(page);
      assert.equal(await get(page, 'batch'), '3');
    } finally {
      again.server.close();
      again.server.closeAllConnections();
    }
  });
}

test('with its cache evicted by the browser, the page comes from the host', async () => {
  const server = await ownServer();
  const {page} = await open('', {url: server.url});
  await controlled(page);
  await page.evaluate(async () => { for (const name of await caches.keys()) await caches.delete(name); });
  await page.reload();
  await ready(page);
});
