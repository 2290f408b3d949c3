// Bad days: hostile files, links that are too long, clocks that jump, memory and storage that are refused. The last good state stays.
import {assert, expectParam, get, open, ownServer, press, quantities, ready, rest, set, test, until} from './harness.mjs';
import {BUTTON} from './names.mjs';
import {controlled} from './versions.mjs';

const alive = async (page) => {
  assert.equal(await page.locator('#failure').isVisible(), false, 'no failure');
  assert.ok((await quantities(page)).length > 20);
};
const paste = (page, text) => page.evaluate((words) => {
  const data = new DataTransfer();
  data.setData('text/plain', words);
  document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}, text);

test('four megabytes of junk in a link: the program takes what it understands and says so', async () => {
  const {page} = await open('?view=inference&batch=4');
  // No browser navigates to a link this long: it is pasted.
  await paste(page, `${new URL('./', page.url()).href}?view=inference&batch=6&x=${'%F0%9F'.repeat(700000)}`);
  await expectParam(page, 'batch', '6');
  await page.getByText('The link is longer than 8 KiB').first().waitFor({state: 'attached'});
  await alive(page);
  await rest(page);
  assert.ok(page.url().length < 200, 'the address is clean again');
});

test('the longest link a browser follows opens from the worker, with the host gone', async () => {
  const server = await ownServer();
  const {page} = await open('', {url: server.url, allow: [/Failed to load resource|net::ERR/]});
  await controlled(page);
  await server.stop();
  await page.goto(`${server.url}?view=inference&batch=5&model=gpt-2-124m&junk=${'a'.repeat(1_900_000)}`);
  await ready(page);
  await expectParam(page, 'batch', '5');
  await alive(page);
});

const good = {model_type: 'llama', hidden_size: 2048, num_hidden_layers: 16, num_attention_heads: 32, vocab_size: 32000, max_position_embeddings: 8192, intermediate_size: 8192};
const HOSTILE = {
  'nested a hundred thousand deep': '{"a":'.repeat(50000) + '1' + '}'.repeat(50000),
  'arrays inside arrays': '['.repeat(100000) + ']'.repeat(100000),
  'cut in the middle': JSON.stringify(good).slice(0, 60),
  'not text at all': '{\u0000\u0001\uffff',
  'an empty object': '{}',
  'numbers as words': JSON.stringify({...good, hidden_size: 'many'}),
  'a negative size': JSON.stringify({...good, hidden_size: -2048}),
  'a million layers': JSON.stringify({...good, num_hidden_layers: 1e6}),
  'infinite': JSON.stringify(good).replace('2048', '1e999'),
  'more than sixteen megabytes': JSON.stringify({...good, junk: 'x'.repeat(16 << 20)}),
  'a device of nothing': '{"memory_gib":0,"bandwidth_gbs":0}',
  'a device of words': '{"memory_gib":{"a":[]},"bandwidth_gbs":"1"}',
};
for (const [what, text] of Object.entries(HOSTILE)) {
  test(`a hostile file is refused with a reason: ${what}`, async () => {
    const {page} = await open('?view=inference&model=gpt-2-124m&batch=3');
    await rest(page);
    const before = await quantities(page);
    const chooser = page.waitForEvent('filechooser');
    await page.evaluate(() => globalThis.kvx.pick());
    await (await chooser).setFiles([{name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from(text)}]);
    const toast = page.locator('.toast').filter({hasText: 'bad.json was not imported: '});
    await toast.waitFor();
    const words = await toast.locator('p').innerText();
    assert.ok(words.length < 400 && !words.includes('undefined'), words);
    assert.deepEqual(await quantities(page), before);
    assert.equal(await get(page, 'batch'), '3');
  });
}

test('the same broken file twice is refused twice, and assumptions about a good one do not count as a failure', async () => {
  const {page} = await open('?view=inference&model=gpt-2-124m');
  const take = async (name, text) => {
    const chooser = page.waitForEvent('filechooser');
    await page.evaluate(() => globalThis.kvx.pick());
    await (await chooser).setFiles([{name, mimeType: 'application/json', buffer: Buffer.from(text)}]);
  };
  for (let i = 1; i <= 2; i++) {
    await take('bad.json', '{}');
    await until(page, (n) => [...document.querySelectorAll('.toast')].filter((el) => el.textContent.includes('bad.json was not imported')).length === n, i);
  }
  const {model_type: _, max_position_embeddings: __, ...less} = good;
  await take('good.json', JSON.stringify({...less, _name_or_path: 'Assumed'}));
  await page.getByText('good.json imported.').first().waitFor();
  await expectParam(page, 'model', 'own-assumed');
  await page.getByText('does not say everything').first().waitFor({state: 'attached'});
});

test('a file with forty thousand unused fields, markup as its name and prototype keys is a model like any other', async () => {
  const {page} = await open('?view=inference&batch=3');
  await rest(page);
  const fields = Object.fromEntries(Array.from({length: 40000}, (_, i) => [`field${i}`, i]));
  const text = JSON.stringify({...good, _name_or_path: '<img src=x onerror=alert(1)>', constructor: 1, ...fields}).replace('"constructor"', '"__proto__"');
  const chooser = page.waitForEvent('filechooser');
  await page.evaluate(() => globalThis.kvx.pick());
  await (await chooser).setFiles([{name: 'large.json', mimeType: 'application/json', buffer: Buffer.from(text)}]);
  await page.getByText('large.json imported.').first().waitFor();
  await until(page, () => globalThis.kvx.get('model').startsWith('own-'));
  await rest(page);
  assert.equal(await page.locator('img[src=x]').count(), 0);
  assert.equal(await page.evaluate(() => ({}).polluted), undefined);
  assert.ok(page.url().length < 2000, 'the link holds only what matters');
  await alive(page);
});

test('the clock jumps: the position neither jumps nor runs back, and everything continues', async () => {
  const {page} = await open('?view=inference&at=0&context=100000000&speed=0.5', {init: () => {
    globalThis.__shift = 0;
    const raf = globalThis.requestAnimationFrame;
    globalThis.requestAnimationFrame = (f) => raf.call(globalThis, (t) => f(t + globalThis.__shift));
    const RealDate = Date;
    globalThis.Date = class extends RealDate { static now() { return RealDate.now() + globalThis.__shift; } };
  }});
  await press(page.getByRole('button', {name: BUTTON.play, exact: true}));
  const later = async () => {
    const before = Number(await get(page, 'at'));
    await until(page, (old) => Number(globalThis.kvx.get('at')) > old, before);
    return Number(await get(page, 'at'));
  };
  let at = await later();
  for (const shift of [3.6e6, -3.6e6, 1e12, 0]) { // an hour of sleep, an hour back, decades, back again
    await page.evaluate((ms) => { globalThis.__shift = ms; }, shift);
    const next = await later();
    assert.ok(next >= at && next < 100000000, `${at} to ${next}`);
    at = next;
  }
  // Elements and address are updated again after the clock was set back.
  await until(page, (old) => Number(new URLSearchParams(location.search).get('at')) >= old, at);
  await press(page.getByRole('button', {name: BUTTON.pause, exact: true}));
  await rest(page);
  await alive(page);
});

test('when another page’s code does not arrive at the start, a retry reloads everything, and returning to the tab breaks nothing', async () => {
  const {page, context} = await open('', {ready: false, serviceWorkers: 'block', allow: [/Failed to load resource|Service Worker registration blocked|was preloaded|net::ERR/]});
  let broken = true;
  await context.route(/modules\/[a-z]+\.[0-9a-f]+\.wasm$/, (route) => (broken ? route.abort() : route.continue()));
  await page.goto(`${page.url()}?view=learn`);
  await page.getByText('Could not load this part of the explorer').waitFor();
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  broken = false;
  await page.getByRole('button', {name: 'Try again'}).click();
  await ready(page);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await rest(page);
  assert.equal(await get(page, 'view'), 'learn');
  assert.equal(await page.locator('#failure').isVisible(), false);
  assert.equal(await page.locator('#app').evaluate((el) => el.inert), false);
});

test('too little memory at the start: a message and a retry', async () => {
  const {page} = await open('', {ready: false, allow: [/was preloaded/], init: () => {
    const real = WebAssembly.instantiate;
    WebAssembly.instantiate = (...args) => {
      if (sessionStorage.getItem('refused')) return real.apply(WebAssembly, args);
      sessionStorage.setItem('refused', '1');
      return Promise.reject(new RangeError('WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new instance'));
    };
  }});
  await page.getByText('There is not enough free memory to start the program.').waitFor();
  await page.getByRole('button', {name: 'Try again'}).click();
  await ready(page);
  await alive(page);
});

test('memory that cannot grow ends in a message, and the configuration stays in the address', async () => {
  // In the full browser: the headless shell runs out of memory for these strings first.
  const {page} = await open('?view=inference&batch=4', {allow: [/./], picture: true});
  await rest(page);
  await page.evaluate(() => {
    WebAssembly.Memory.prototype.grow = () => { throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded'); };
    // Allocates until nothing is left.
    const words = 'x'.repeat(1 << 20);
    for (let i = 0; i < 400 && document.getElementById('failure').hidden; i++) globalThis.kvx.import(`{"i${i}":"${words}"`.repeat(8));
  });
  if (await page.locator('#failure').isVisible()) {
    await page.getByRole('button', {name: 'Reload the page'}).click();
    await ready(page);
  }
  assert.equal(await get(page, 'batch'), '4');
  await alive(page);
});

test('a policy or a security mode that forbids WebAssembly is named', async () => {
  const {page} = await open('', {ready: false, serviceWorkers: 'block', allow: [/./]});
  await page.route(/\/(\?.*)?$/, async (route) => {
    const response = await route.fetch();
    const weaker = (text) => text.replace(" 'wasm-unsafe-eval'", '');
    const headers = {...response.headers(), 'content-security-policy': weaker(response.headers()['content-security-policy'])};
    delete headers['content-encoding'];
    delete headers['content-length'];
    await route.fulfill({status: 200, headers, body: weaker((await response.body()).toString())});
  });
  await page.reload();
  await page.getByText('WebAssembly is switched off for this page').waitFor();
  assert.equal(await page.getByRole('heading', {level: 1}).isVisible(), true, 'the page keeps its text');
});

test('without any storage the app works', async () => {
  const denied = () => {
    const no = () => { throw new DOMException('denied', 'SecurityError'); };
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) Object.defineProperty(globalThis, name, {get: no});
    Object.defineProperty(navigator, 'serviceWorker', {get: no});
  };
  const {page} = await open('?view=inference&batch=3', {init: denied});
  await set(page, 'batch', '5');
  await rest(page);
  assert.match(page.url(), /batch=5/);
  await page.getByRole('button', {name: 'Share this configuration'}).press('Enter');
  await page.getByRole('dialog', {name: 'Share and export'}).waitFor();
  await page.keyboard.press('Escape');
  await alive(page);
});

test('full storage is no error', async () => {
  const {page} = await open('?view=inference&batch=3', {init: () => {
    Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
  }});
  await set(page, 'batch', '6');
  await rest(page);
  await alive(page);
});

for (const [what, text] of [['junk of four megabytes', 'x'.repeat(4 << 20)], ['another shape', '[1,2,3]'], ['values of the wrong kind', '{"v":1,"query":{"a":1},"own":"x","tour":7,"theme":[]}'],
  ['hostile models', JSON.stringify({v: 1, query: '?batch=7', own: Array.from({length: 2000}, () => '{"hidden_size":1e400}')})]]) {
  test(`a damaged session is survived: ${what}`, async () => {
    const {page} = await open('', {init: `if (location.protocol === 'http:') localStorage.setItem('kvx-session:' + location.pathname, ${JSON.stringify(text)});`});
    await rest(page);
    await alive(page);
    assert.equal(await get(page, 'model'), 'llama-3.1-8b');
  });
}
