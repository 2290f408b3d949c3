// Each page but the first has a module of its own: loaded when the page is idle, or when it is needed.
import {assert, expectParam, figureOf, get, open, ownServer, quantities, ready, rest, test, until} from './harness.mjs';

// What comes a moment after the first picture is not held back.
const LATER = /modules\/(?!details|shared)[a-z]+\.[0-9a-f]{8}\.wasm$/;
const DETAILS = /modules\/details\.[0-9a-f]{8}\.wasm$/;
/** A page whose modules are held back until `release`. */
async function held(query, {fail = false, which = LATER} = {}) {
  let release = () => {};
  const gate = new Promise((done) => { release = done; });
  const opened = await open(query, {ready: false, serviceWorkers: 'block', allow: [/Service Worker registration blocked|Failed to load resource|net::ERR/],
    init: () => Object.defineProperty(navigator, 'connection', {value: {saveData: true}})}); // nothing is prefetched: what is held back was requested
  const state = {fail};
  await opened.context.route(which, async (route) => {
    if (state.fail) return route.abort();
    await gate;
    return route.continue().catch(() => {}); // the test may be over
  });
  await opened.page.goto(opened.page.url());
  return {...opened, release, state};
}
const early = (page) => page.evaluate(() => globalThis.__early ?? []);

test('the first page runs without the code of the others, whatever is set', async () => {
  const {page, release} = await held('?view=inference&batch=8&at=50000');
  await ready(page);
  await rest(page);
  assert.ok((await quantities(page)).length > 20);
  await page.evaluate(() => {
    const {inputs} = globalThis.kvx.quantities();
    for (const id of Object.keys(inputs)) if (!['view', 'show', 'devices', 'system', 'own', 'run', 'pins', 'embed'].includes(id)) globalThis.kvx.set(id, inputs[id] === true ? '1' : inputs[id] === false ? '0' : inputs[id]);
    for (const [id, value] of [['zero', '3'], ['optimizer', 'muon'], ['lesson', 'lab'], ['keep', 'window'], ['order', 'hnd'], ['source', 'shape'], ['text', 'copy:a>'], ['tour', '3'], ['cache-bits', '2']]) globalThis.kvx.set(id, value);
    globalThis.kvx.lint();
  });
  await page.keyboard.press('?');
  await page.getByRole('dialog', {name: 'Help'}).waitFor({state: 'attached'});
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', {name: 'Help'}).waitFor({state: 'detached'});
  for (const key of [' ', ' ', 'End', ']', 'r', 'u', 'd', 'd']) {
    await page.keyboard.press(key);
    await rest(page); // the first two open and close the help again, whose button has the focus
  }
  await page.getByRole('button', {name: /^Share/}).press('Enter');
  await page.getByRole('dialog', {name: 'Share and export'}).waitFor();
  await page.keyboard.press('Escape');
  await rest(page);
  assert.deepEqual(await early(page), [], 'no call into what is not loaded');
  release();
});

test('another page waits for its code, shows it, and nothing is lost', async () => {
  const {page, release} = await held('?view=inference&model=gpt-2-124m&batch=5');
  await ready(page);
  await rest(page);
  await page.evaluate(() => document.querySelector('[data-id="page.training"]').click());
  await page.getByText('Loading this page').first().waitFor({state: 'attached'});
  await expectParam(page, 'view', 'training');
  release();
  await figureOf(page, 'Peak in a step').first().waitFor({state: 'attached'});
  assert.equal(await get(page, 'model'), 'gpt-2-124m');
  assert.deepEqual(await early(page), []);
});

test('an explanation that is asked for before its code is there opens when it arrives', async () => {
  const {page, release} = await held('?view=inference&batch=5', {which: DETAILS});
  await ready(page);
  await figureOf(page, 'Weights').first().press('Enter');
  await figureOf(page, 'Weights').first().waitFor({state: 'attached'});
  assert.equal(await page.getByRole('dialog').count(), 0);
  release();
  await page.getByRole('dialog').waitFor({state: 'attached'});
  assert.deepEqual(await early(page), []);
});

test('going back to the first page does not wait', async () => {
  const {page, release} = await held('?view=inference&batch=5');
  await ready(page);
  await page.evaluate(() => document.querySelector('[data-id="page.layout"]').click());
  await page.getByText('Loading this page').first().waitFor({state: 'attached'});
  await page.evaluate(() => document.querySelector('[data-id="page.inference"]').click());
  await figureOf(page, 'Weights').first().waitFor({state: 'attached'});
  assert.equal(await get(page, 'batch'), '5');
  release();
});

test('code that does not arrive gives a message, and a retry continues', async () => {
  const {page, state, release} = await held('?view=inference&batch=5', {fail: true});
  await ready(page);
  await page.evaluate(() => document.querySelector('[data-id="page.learn"]').click());
  await page.getByText(/Could not load this part of the explorer/).first().waitFor();
  state.fail = false;
  release();
  await page.getByRole('button', {name: 'Try again', exact: true}).click();
  await figureOf(page, 'Cache so far').waitFor({state: 'attached'}); // a call of the console would itself be early
  assert.equal(await get(page, 'view'), 'learn');
  assert.deepEqual(await early(page), []);
});

const said = (page, text) => page.locator('.toast').filter({hasText: text}).last();
const OWN = encodeURIComponent(JSON.stringify({_name_or_path: 'Mine', model_type: 'llama', hidden_size: 2048, num_hidden_layers: 16, num_attention_heads: 32, vocab_size: 32000, max_position_embeddings: 8192, intermediate_size: 8192}));
const paste = (page, text) => page.evaluate((words) => {
  const data = new DataTransfer();
  data.setData('text/plain', words);
  document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}, text);
const alive = async (page) => assert.equal(await page.locator('#failure').isVisible(), false, 'nothing stopped');

test('without that code, sharing, figures, links and files are refused with an offer to retry, and nothing stops', async () => {
  const {page, state, release} = await held('?view=inference&batch=5', {fail: true});
  release();
  await ready(page);
  await rest(page);
  await paste(page, `${new URL('./', page.url()).href}?view=inference&batch=6&own=${OWN}`);
  await said(page, 'Could not load this part of the explorer').waitFor();
  assert.equal(await get(page, 'batch'), '5', 'the link changed nothing');
  await said(page, 'Could not load').getByRole('button', {name: 'Leave it'}).click();
  await paste(page, decodeURIComponent(OWN));
  await said(page, 'The pasted text was not imported: Could not load').waitFor();
  await said(page, 'not imported').getByRole('button', {name: 'Leave it'}).click();
  await page.evaluate(() => document.querySelector('[data-id="page.learn"]').click());
  await said(page, 'Could not load this part of the explorer').waitFor();
  await page.getByRole('button', {name: /^Share/}).press('Enter');
  await said(page, 'Could not load this part of the explorer').getByRole('button', {name: 'Leave it'}).click();
  assert.equal(await page.locator('.toast').count(), 0, 'the second offer took the place of the first');
  assert.match(await page.evaluate(() => { try { globalThis.kvcache.figures(); return ''; } catch (error) { return String(error); } }), /not loaded yet/);
  await alive(page);
  await page.evaluate(() => document.querySelector('[data-id="page.inference"]').click());
  await figureOf(page, 'Weights').first().waitFor({state: 'attached'});
  assert.equal(await get(page, 'batch'), '5');
  // The connection is back: the link that is tried again is shown.
  await paste(page, `${new URL('./', page.url()).href}?view=inference&batch=6&own=${OWN}`);
  await said(page, 'Could not load').waitFor();
  state.fail = false;
  await said(page, 'Could not load').getByRole('button', {name: 'Try again'}).click();
  await expectParam(page, 'batch', '6');
  await alive(page);
});

test('Back to a page whose code does not arrive keeps what is shown, and its address', async () => {
  const {page, release} = await held('?view=inference&batch=5', {fail: true});
  release();
  await ready(page);
  await rest(page);
  await page.evaluate(() => {
    const here = location.href;
    history.replaceState(null, '', '?view=training&devices=8');
    history.pushState(null, '', here);
    history.back();
  });
  await said(page, 'Could not load this part of the explorer').waitFor();
  await rest(page);
  assert.equal(await get(page, 'view'), 'inference');
  assert.match(page.url(), /view=inference.*batch=5/);
  await alive(page);
});

for (const query of ['?view=training&devices=8', '?view=learn', '?view=layout', '?view=inference&devices=16', '?view=inference&show=tables']) {
  test(`a link to ${query} loads what it needs before it starts`, async () => {
    const {page} = await open(query);
    await rest(page);
    assert.deepEqual(await early(page), []);
    await until(page, () => globalThis.kvx.quantities().quantities.length > 0);
    assert.equal(await page.getByText('Loading this page').count(), 0);
  });
}

test('all pages work with the network gone after the first was opened', async () => {
  const server = await ownServer();
  const {page} = await open('', {url: server.url, allow: [/Failed to load resource|net::ERR/]});
  await page.evaluate(() => navigator.serviceWorker.ready.then(async () => {
    while (!navigator.serviceWorker.controller) await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, {once: true}));
  }));
  await server.stop();
  await page.reload();
  await ready(page);
  for (const [view, figure] of [['training', 'Peak in a step'], ['learn', 'Cache so far'], ['layout', 'Read by a decode step']]) {
    await page.evaluate((id) => document.querySelector(`[data-id="page.${id}"]`).click(), view);
    await figureOf(page, figure).waitFor({state: 'attached'}); // an earlier call of the console would itself be early
    await until(page, () => globalThis.kvx.quantities().quantities.length > 0); // the small model's file comes a little later
  }
  assert.deepEqual(await early(page), []);
});
