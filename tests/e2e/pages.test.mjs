// The code of the later pages comes in a second module: when nothing else is to be done, or when it is needed.
import {assert, expectParam, get, open, ownServer, quantities, ready, rest, test, until} from './harness.mjs';

const LATER = /pages\.[0-9a-f]{8}\.wasm$/;
/** A page whose second module is held back until `release`. */
async function held(query, {fail = false} = {}) {
  let release = () => {};
  const gate = new Promise((done) => { release = done; });
  const opened = await open(query, {ready: false, serviceWorkers: 'block', allow: [/Service Worker registration blocked|Failed to load resource|net::ERR/]});
  const state = {fail};
  await opened.context.route(LATER, async (route) => {
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
  for (const key of [' ', ' ', 'End', ']', 'r', 'u', 'd', 'd']) await page.keyboard.press(key);
  await rest(page);
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
  await rest(page);
  release();
  await page.getByRole('figure', {name: /Peak/}).first().waitFor({state: 'attached'});
  assert.equal(await get(page, 'model'), 'gpt-2-124m');
  assert.deepEqual(await early(page), []);
});

test('back to the first page does not wait', async () => {
  const {page, release} = await held('?view=inference&batch=5');
  await ready(page);
  await page.evaluate(() => document.querySelector('[data-id="page.layout"]').click());
  await page.getByText('Loading this page').first().waitFor({state: 'attached'});
  await page.evaluate(() => document.querySelector('[data-id="page.inference"]').click());
  await page.getByRole('figure', {name: 'Weights', exact: true}).first().waitFor({state: 'attached'});
  assert.equal(await get(page, 'batch'), '5');
  release();
});

test('code that does not arrive is told, and trying again goes on', async () => {
  const {page, state, release} = await held('?view=inference&batch=5', {fail: true});
  await ready(page);
  await page.evaluate(() => document.querySelector('[data-id="page.learn"]').click());
  await page.getByText(/Could not load this page of the explorer/).first().waitFor();
  state.fail = false;
  release();
  await page.getByRole('button', {name: 'Try again', exact: true}).click();
  await page.getByRole('figure', {name: 'Cache so far', exact: true}).waitFor({state: 'attached'}); // asking the console would be early itself
  assert.equal(await get(page, 'view'), 'learn');
  assert.deepEqual(await early(page), []);
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
    await page.getByRole('figure', {name: figure, exact: true}).waitFor({state: 'attached'}); // asking the console sooner would be early itself
    await until(page, () => globalThis.kvx.quantities().quantities.length > 0); // the small model's file comes a little later
  }
  assert.deepEqual(await early(page), []);
});
