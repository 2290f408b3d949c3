import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {assert, DIST, expectParam, get, open, ready, rest, set, test, until} from './harness.mjs';

const inputs = (page) => page.evaluate(() => {
  const {theme, ...rest} = globalThis.kvx.quantities().inputs; // the theme is not in the link
  return rest;
});
const search = (page) => new URL(page.url()).search;
const says = (page, words) => until(page, (w) => (document.getElementById('say-assertive').textContent + document.getElementById('semantics').textContent).includes(w), words);

test('a link carries the whole configuration', async () => {
  const {page} = await open();
  const changes = {model: 'deepseek-v3', device: 'mi300x-192gb', context: '200000', at: '60000', batch: '6', lengths: 'staggered', weights: 'fp8', kv: 'int8', block: '64', fa: '0', smw: '1', speed: '20', util: '0.8'};
  for (const [id, value] of Object.entries(changes)) await set(page, id, value);
  await rest(page);
  const link = search(page);
  assert.match(link, /^\?view=inference&/);
  const before = await inputs(page);
  const {page: other} = await open(link);
  assert.deepEqual(await inputs(other), before);
  await rest(other);
  assert.equal(search(other), link, 'the link says the same again');
  await page.reload();
  await ready(page);
  assert.deepEqual(await inputs(page), before, 'after a reload');
});

test('a bad value is named, ignored, and the rest kept', async () => {
  const {page} = await open('?view=inference&model=no-such-model&batch=4&gpu=h200-sxm-141gb');
  await says(page, 'no-such-model');
  assert.equal(await get(page, 'batch'), '4');
  assert.equal(await get(page, 'device'), 'h200-sxm-141gb');
  assert.notEqual(await get(page, 'model'), 'no-such-model');
});

for (const query of ['?bogus=1&batch=3', '?batch=99999999999999999999&model=llama-3.1-70b', '?model=%00%ff%F0%9F%92%A9&batch=3', '?context=-5&batch=3', `?batch=3&model=${'x'.repeat(5000)}`, '?=&&&batch=3&batch']) {
  test(`a strange link is survived: ${query.slice(0, 50)}`, async () => {
    const {page} = await open(query);
    assert.ok((await page.evaluate(() => globalThis.kvx.quantities().quantities)).length > 10);
    if (query.includes('batch=3')) assert.match(await get(page, 'batch'), /^(3|1|8)$/);
  });
}

test('back and forward show what the address says', async () => {
  const {page} = await open('?view=inference&batch=2');
  const base = page.url().split('?')[0];
  await page.goto(`${base}?view=inference&batch=16&model=llama-3.1-70b`);
  await ready(page);
  await page.goBack();
  await ready(page);
  await expectParam(page, 'batch', '2');
  await page.goForward();
  await ready(page);
  await expectParam(page, 'batch', '16');
  // within one document
  await page.evaluate(() => history.pushState(null, '', '?view=inference&batch=5'));
  await page.evaluate(() => history.back());
  await expectParam(page, 'batch', '16');
  await page.evaluate(() => history.forward());
  await expectParam(page, 'batch', '5');
  await expectParam(page, 'model', 'llama-3.1-8b');
});

test('opening another page of the app adds a history entry', async () => {
  const {page} = await open('?view=inference&batch=5');
  await rest(page);
  await page.evaluate(() => document.querySelector('[data-id="page.training"]').click());
  await until(page, () => location.search.includes('view=training'));
  await set(page, 'micro', '3');
  await until(page, () => location.search.includes('micro=3'));
  await page.goBack();
  await expectParam(page, 'view', 'inference');
  await expectParam(page, 'batch', '5');
  await rest(page);
  await page.goForward();
  await expectParam(page, 'view', 'training');
  await expectParam(page, 'micro', '3');
  await rest(page);
  assert.match(search(page), /micro=3/);
});

test('two tabs keep each other’s models', async () => {
  const {page, context} = await open('');
  const second = await context.newPage();
  await second.goto(page.url().split('?')[0]);
  await ready(second);
  const config = (name, layers) => JSON.stringify({_name_or_path: name, model_type: 'llama', hidden_size: 2048, num_hidden_layers: layers, num_attention_heads: 32, vocab_size: 32000, max_position_embeddings: 8192, intermediate_size: 8192});
  const stored = (tab, n) => until(tab, (count) => Object.entries(localStorage).some(([key, text]) => key.startsWith('kvx-session') && JSON.parse(text).own.length === count), n);
  assert.equal(await page.evaluate((json) => globalThis.kvx.import(json), config('One', 8)), '');
  await stored(page, 1);
  await set(second, 'batch', '3');
  await rest(second);
  await stored(second, 1);
  assert.equal(await second.evaluate((json) => globalThis.kvx.import(json), config('Two', 9)), '');
  await stored(second, 2);
  await page.reload();
  await ready(page);
  const models = await page.getByRole('combobox', {name: 'Model', exact: true}).evaluate((el) => [...el.options].slice(0, 2).map((o) => o.text).sort());
  assert.deepEqual(models, ['One', 'Two']);
});

test('the last state is remembered, a link takes precedence', async () => {
  const {page, context} = await open();
  await set(page, 'model', 'mixtral-8x7b');
  await set(page, 'batch', '3');
  const base = page.url().split('?')[0];
  const again = await context.newPage();
  await again.goto(base);
  await ready(again);
  assert.equal(await get(again, 'model'), 'mixtral-8x7b');
  assert.equal(await get(again, 'batch'), '3');
  const linked = await context.newPage();
  await linked.goto(`${base}?view=inference&model=gpt-2-124m`);
  await ready(linked);
  assert.equal(await get(linked, 'model'), 'gpt-2-124m');
});

test('a session of another version is set aside with a message, and its models are kept', async () => {
  const config = JSON.stringify({_name_or_path: 'Mine', model_type: 'llama', hidden_size: 2048, num_hidden_layers: 9, num_attention_heads: 32, vocab_size: 32000, intermediate_size: 8192});
  const newer = JSON.stringify({v: 2, query: '?batch=3', rooms: ['start'], own: [config]});
  for (const [stored, words] of [[newer, /saved by another version.*kept aside/], ['{"v":1,"query":"?batch=', /could not be read.*kept aside/]]) {
    const {page} = await open('', {init: `if (location.protocol === 'http:' && !localStorage.length) localStorage.setItem('kvx-session:' + location.pathname, ${JSON.stringify(stored)});`});
    await page.locator('#say-assertive').filter({hasText: words}).waitFor({state: 'attached'});
    await set(page, 'batch', '5');
    await rest(page);
    await until(page, () => localStorage.getItem(`kvx-session:${location.pathname}`)?.includes('batch=5'));
    const {main, aside} = await page.evaluate(() => ({main: localStorage.getItem(`kvx-session:${location.pathname}`), aside: localStorage.getItem(`kvx-session-aside:${location.pathname}`)}));
    assert.equal(aside, stored);
    assert.equal(JSON.parse(main).v, 1);
    const models = await page.getByRole('combobox', {name: 'Model', exact: true}).evaluate((el) => [...el.options].map((o) => o.text));
    assert.equal(models.includes('Mine'), stored === newer);
  }
});

test('a damaged session and blocked storage do no harm', async () => {
  const {page} = await open('', {init: () => {
    if (location.protocol === 'http:') localStorage.setItem(`kvx-session:${location.pathname}`, '{"v":1,"query":"?batch=');
  }});
  assert.ok(await get(page, 'model'));
  const {page: blocked} = await open('', {init: () => {
    Object.defineProperty(globalThis, 'localStorage', {get() { throw new DOMException('blocked', 'SecurityError'); }});
  }});
  assert.ok(await get(blocked, 'model'));
});

test('the shortcuts of the manifest open without a message', async () => {
  const manifest = JSON.parse(readFileSync(join(DIST, 'manifest.json'), 'utf8'));
  assert.ok(manifest.shortcuts.length);
  for (const {name, url} of manifest.shortcuts) {
    const {page} = await open(url.slice(2));
    await rest(page);
    assert.doesNotMatch(await page.locator('#say-assertive').textContent(), / is (not|neither) |kept/, name);
    for (const [key, value] of new URLSearchParams(url.slice(3))) assert.equal(await get(page, key), value, `${name}: ${key}`);
  }
});
