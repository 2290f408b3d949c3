import {cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {assert, DIST, later, open, ownServer, ready, rest, test, until} from './harness.mjs';
import {BUTTON} from './names.mjs';

test('the app becomes ready and takes over the page', async () => {
  const {page} = await open();
  assert.match(await page.title(), /KV Cache Explorer/);
  await page.getByRole('button', {name: BUTTON.play, exact: true}).waitFor();
  assert.equal(await page.locator('#about').isVisible(), false);
  assert.equal(await page.getByRole('heading', {level: 1}).count(), 1, 'one main heading');
  assert.ok((await page.evaluate(() => globalThis.kvx.quantities().quantities)).length > 10);
});

test('nothing comes from elsewhere, nothing is loaded twice', async () => {
  const seen = [];
  const {page} = await open('', {ready: false});
  page.on('request', (request) => { if (!request.serviceWorker?.()) seen.push(request.url()); });
  await page.reload();
  await ready(page);
  await rest(page);
  const {origin} = new URL(page.url());
  assert.deepEqual(seen.filter((url) => new URL(url).origin !== origin && !url.startsWith('data:')), []);
  const files = seen.map((url) => url.split('?')[0]).filter((url) => !url.includes('/favicon.')); // the browser's own tab icon
  assert.deepEqual(files.filter((url, i) => files.indexOf(url) !== i), [], 'requested twice');
});

test('any sub-path works', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'kvx-sub-'));
  later(() => rmSync(dir, {recursive: true, force: true}));
  mkdirSync(join(dir, 'deep/er'), {recursive: true});
  cpSync(DIST, join(dir, 'deep/er'), {recursive: true});
  const {url} = await ownServer(dir);
  const {page} = await open('?view=inference&batch=3', {url: `${url}deep/er/`});
  assert.equal(await page.evaluate(() => globalThis.kvx.batch), '3');
  assert.match(new URL(page.url()).pathname, /^\/deep\/er\/$/);
});

test('the page says what it is before and without scripts', async () => {
  const {page} = await open('', {javaScriptEnabled: false, ready: false, allow: [/was preloaded using link preload but not used/]});
  await page.getByRole('heading', {name: 'KV Cache Explorer', level: 1}).waitFor();
  // text selectors leave <noscript> out
  const note = await page.locator('noscript p').boundingBox();
  assert.ok(note && note.height > 20, 'the note about scripts is shown');
  assert.ok((await page.locator('#about').innerText()).length > 600);
  assert.equal(await page.getByRole('progressbar').count(), 0, 'no progress bar without scripts');
});

test('loading shows progress', async () => {
  const {page, context} = await open('', {ready: false, serviceWorkers: 'block', allow: [/Service Worker registration blocked/]});
  let release;
  const held = new Promise((done) => { release = done; });
  await context.route(/kvx\.[0-9a-f]+\.wasm$/, async (route) => { await held; await route.continue(); });
  await page.reload({waitUntil: 'commit'});
  await page.getByText(/kB, [1-9] of \d+ files/).waitFor();
  const value = await page.getByRole('progressbar').evaluate((el) => el.value);
  assert.ok(value > 0 && value < 1, `progress ${value}`);
  release();
  await ready(page);
});

test('the policy of the page is strict and repeated in the document', () => {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
  for (const part of ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "require-trusted-types-for 'script'", 'trusted-types kv-sw']) {
    assert.ok(policy.includes(part), part);
  }
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:/);
  assert.doesNotMatch(html, /\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
  assert.doesNotMatch(html, /user-scalable|maximum-scale/);
});

test('kvx in the console reads, sets, refuses and helps', async () => {
  const {page} = await open('', {allow: [/^(table|log):/]});
  const out = await page.evaluate(() => {
    const {kvx} = globalThis;
    kvx.batch = 7;
    const errors = [];
    for (const change of [() => { kvx.batch = 'many'; }, () => { kvx.nonsense = 1; }]) {
      try { change(); } catch (error) { errors.push(`${error.name}: ${error.message}`); }
    }
    const table = console.table;
    let shown = {};
    console.table = (rows) => { shown = rows; };
    const rows = kvx.help().length;
    console.table = table;
    return {batch: kvx.batch, errors, keys: Object.keys(kvx), rows, shown};
  });
  assert.equal(out.batch, '7');
  assert.match(out.errors[0], /^RangeError: .*many/);
  assert.match(out.errors[1], /^TypeError: .*nonsense/);
  assert.ok(out.keys.includes('model') && out.keys.includes('quantities'));
  assert.ok(out.rows > 10);
  assert.equal(out.shown.batch.value, '7');
  assert.match(out.shown.batch.choices, /^1 … \d+$/);
  assert.match(out.shown.kv.choices, /\bbf16 .*\bfp8\b/);
  for (const [id, row] of Object.entries(out.shown)) assert.ok(row.help.length > 5 && row.choices, id);
});

test('kvcache in the console: many at once, figures, explanations, and the older app’s names', async () => {
  const {page} = await open('?view=inference&model=llama-3.1-8b&batch=1');
  await page.evaluate(() => {
    globalThis.kvcache.set({model: 'mistral-7b-v0.1', batch: 4, flashAttention: false});
    globalThis.batchSize = 16;
    globalThis.animationSpeed = 10;
    globalThis.currentTokens = 1000000;
  });
  await until(page, () => { // what holds so much is drawn by another module
    try {
      return globalThis.kvcache.figures().kv_used.value > 0;
    } catch {
      return false;
    }
  });
  const out = await page.evaluate(() => {
    let refused = '';
    try { globalThis.kvcache.set({batch: -1}); } catch (error) { refused = `${error.name}: ${error.message}`; }
    return {
      model: globalThis.kvcache.get('model'), batch: globalThis.kvx.get('batch'), speed: globalThis.animationSpeed, tokens: globalThis.currentTokens,
      context: globalThis.kvx.get('context'), flash: globalThis.flashAttention, kv: globalThis.kvcache.figures().kv_used.value,
      why: globalThis.kvcache.explain('kv_used').formula, none: globalThis.kvcache.explain('nothing'), refused,
    };
  });
  assert.deepEqual({...out, kv: 0, why: '', refused: ''}, {model: 'mistral-7b-v0.1', batch: '16', speed: 10, tokens: 1000000, context: '1000000', flash: false, kv: 0, why: '', none: null, refused: ''});
  assert.ok(out.kv > 0 && out.why.length > 5);
  assert.match(out.refused, /^RangeError: -1 is not/);
});
