import {assert, cli, copyOfDist, figureOf, get, open, ownBrowser, ownServer, pass, press, ready, rest, set, test, until} from './harness.mjs';
import {BUTTON, CONFIGURATIONS, FIGURES} from './names.mjs';

const NO_WEBGL = ['--disable-gpu', '--disable-software-rasterizer', '--disable-3d-apis', '--no-sandbox'];

test('without WebGL2 the same figures and controls remain as a page', async () => {
  const browser = await ownBrowser(NO_WEBGL, {ignoreDefaultArgs: ['--enable-unsafe-swiftshader']});
  const query = CONFIGURATIONS[0];
  const {page} = await open(query, {browser});
  assert.equal(await page.evaluate(() => document.body.classList.contains('readable')), true);
  await page.getByText('has no WebGL2').waitFor();
  await rest(page);
  const headings = await page.getByRole('heading').allTextContents();
  const parts = ['Figures', 'Controls', 'Stage', 'Timeline'];
  assert.deepEqual(headings.filter((words) => parts.includes(words)), parts, `to jump by, figures first: ${headings}`);
  const told = new Map(cli(query).quantities.map((q) => [q.id, q]));
  for (const [name, id] of Object.entries(FIGURES)) {
    const figure = figureOf(page, name).first();
    assert.ok(await figure.isVisible(), name);
    assert.ok((await figure.textContent()).includes(told.get(id).text), name);
  }
  await page.getByRole('combobox', {name: 'Model', exact: true}).selectOption('llama-3.1-70b');
  await until(page, () => globalThis.kvx.get('model') === 'llama-3.1-70b');
  await page.getByRole('switch', {name: 'FlashAttention'}).click();
  await until(page, () => globalThis.kvx.get('fa') === '0');
  await page.getByRole('radio', {name: 'FP8', exact: true}).click();
  await until(page, () => globalThis.kvx.get('dtype') === 'fp8');
  const text = page.getByRole('textbox', {name: 'Batch, number'});
  await text.fill('3');
  await text.press('Enter');
  await until(page, () => globalThis.kvx.get('batch') === '3');
  await rest(page);
  const boxes = await page.locator('#semantics [data-name]').evaluateAll((all) => all.map((el) => el.getBoundingClientRect().top));
  assert.ok(boxes.every((top, i) => i === 0 || top >= boxes[i - 1]), `one below the other: ${boxes.map(Math.round)}`);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'no sideways scrolling');
});

test('without WebAssembly the page says so and keeps its text', async () => {
  const {page} = await open('', {ready: false, init: () => { delete globalThis.WebAssembly; }, allow: [/was preloaded/]});
  await page.getByRole('heading', {name: 'This browser cannot run the explorer'}).waitFor();
  await page.getByText('lacks WebAssembly').waitFor();
  assert.equal(await page.getByRole('heading', {level: 1}).isVisible(), true);
});

test('a file that fails is named, and a retry continues', async () => {
  const {page, context} = await open('', {ready: false, serviceWorkers: 'block', allow: [/Failed to load resource|Service Worker registration blocked|was preloaded|net::ERR/]});
  let broken = true;
  await context.route(/models\.[0-9a-f]+\.json$/, (route) => (broken ? route.fulfill({status: 503, body: ''}) : route.continue()));
  await page.reload();
  await page.getByText('Could not load the list of models: the server answered 503.').waitFor();
  broken = false;
  await page.getByRole('button', {name: 'Try again'}).click();
  await ready(page);
  assert.equal(await page.locator('#failure').isVisible(), false);
});

test('a program that does not arrive gives a message, not a blank page', async () => {
  for (const name of ['wasm', 'js']) {
    const {page, context} = await open('', {ready: false, serviceWorkers: 'block', allow: [/Failed to (load|fetch)|Service Worker registration blocked|was preloaded|net::ERR|dynamically imported/]});
    await context.route(new RegExp(`kvx\\.[0-9a-f]+\\.${name}$`), (route) => route.abort());
    await page.reload();
    await page.getByText(/Could not load the program: /).waitFor();
    await page.getByRole('button', {name: 'Try again'}).waitFor();
  }
});

test('data of another shape ends in a message', async () => {
  const {page, context} = await open('', {ready: false, serviceWorkers: 'block', allow: [/Service Worker registration blocked/]});
  await context.route(/devices\.[0-9a-f]+\.json$/, (route) => route.fulfill({contentType: 'application/json', body: '{"devices": [{"id": 3}]}'}));
  await page.reload();
  await page.getByRole('alert').filter({hasText: /data could not be read/}).waitFor();
  await page.getByRole('button', {name: 'Reload the page'}).waitFor();
});

/** Makes the next draw call, deep inside the program, fail this way. */
const throwOnce = (kind) => `
  const real = WebGL2RenderingContext.prototype.drawElements;
  WebGL2RenderingContext.prototype.drawElements = function (...args) {
    if (globalThis.__throw) { globalThis.__throw = false; throw new ${kind}('made by the test'); }
    return real.apply(this, args);
  };`;

test('an exception in one step is reported, and everything continues', async () => {
  const {page} = await open('?view=inference&batch=4', {allow: [/made by the test/], picture: true, init: throwOnce('Error')});
  await rest(page);
  await page.evaluate(() => { Promise.reject(new Error('made by the test, beside the program')); });
  await page.getByText('One step failed: made by the test, beside').first().waitFor();
  await page.evaluate(() => { globalThis.__throw = true; globalThis.kvx.batch = 5; });
  await page.locator('.toast').filter({hasText: 'One step failed: made by the test Everything'}).waitFor();
  await rest(page);
  await press(page.getByRole('switch', {name: 'FlashAttention'}));
  await until(page, () => globalThis.kvx.get('fa') === '0');
  await rest(page);
  assert.equal(await get(page, 'batch'), '5');
  assert.equal(await page.locator('#failure').isVisible(), false);
});

test('a trap shows what to do', async () => {
  const {page} = await open('?view=inference&batch=4', {allow: [/made by the test/], picture: true, init: throwOnce('WebAssembly.RuntimeError')});
  await rest(page);
  await page.evaluate(() => { globalThis.__throw = true; globalThis.kvx.fa = '0'; });
  await page.getByRole('heading', {name: 'The explorer stopped'}).waitFor();
  assert.match(await page.locator('#failure-trace').textContent(), /made by the test/);
  await page.getByRole('button', {name: 'Reload the page'}).click();
  await ready(page);
  assert.equal(await get(page, 'batch'), '4');
});

test('a lost context is reported, restored and drawn again', async () => {
  const {page} = await open('?view=inference&batch=4', {picture: true, allow: [/CONTEXT_LOST_WEBGL|WebGL: INVALID_OPERATION: loseContext|context lost/]});
  await rest(page);
  const picture = () => page.locator('#canvas').screenshot({animations: 'disabled'});
  const before = await picture();
  await page.evaluate(() => {
    globalThis.__lose = document.getElementById('canvas').getContext('webgl2').getExtension('WEBGL_lose_context');
    globalThis.__lose.loseContext();
  });
  await page.getByText('The graphics driver was reset').first().waitFor();
  await set(page, 'batch', '5').catch(() => {}); // nothing is drawn, nothing breaks
  await set(page, 'batch', '4').catch(() => {});
  await page.evaluate(() => globalThis.__lose.restoreContext());
  await until(page, () => !document.querySelector('.toast'));
  await rest(page);
  const after = await picture();
  assert.equal(Buffer.compare(before, after), 0, 'the same picture as before');
  await press(page.getByRole('button', {name: BUTTON.play, exact: true}));
  await page.getByRole('button', {name: BUTTON.pause, exact: true}).waitFor();
});

test('a context that does not come back ends in an offer to reload', async () => {
  const {page} = await open('', {clock: true, picture: true, allow: [/CONTEXT_LOST_WEBGL|context lost/]});
  await page.evaluate(() => document.getElementById('canvas').getContext('webgl2').getExtension('WEBGL_lose_context').loseContext());
  await page.getByText('The graphics driver was reset').first().waitFor();
  await pass(page, 6000);
  await page.getByRole('button', {name: 'Reload', exact: true}).waitFor();
});

test('a host that sends the wrong type for wasm still works', async () => {
  const server = await ownServer(copyOfDist());
  const {page, context} = await open('', {url: server.url, ready: false, serviceWorkers: 'block', allow: [/Service Worker registration blocked/]});
  await context.route(/\.wasm$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({response, headers: {...response.headers(), 'content-type': 'application/octet-stream'}});
  });
  await page.reload();
  await ready(page);
});

test('printing gives the readable page with its values, and then the picture is back', async () => {
  const query = '?view=inference&model=deepseek-v3&gpu=h200-sxm-141gb&devices=8&batch=16&context=65536';
  const {page} = await open(query);
  await rest(page);
  const kind = () => page.evaluate(() => `${document.body.classList.contains('drawn')} ${document.documentElement.dataset.theme}`);
  const before = await kind();
  await page.evaluate(() => {
    addEventListener('beforeprint', () => {
      globalThis.__paper = {readable: document.body.classList.contains('readable'), theme: document.documentElement.dataset.theme, height: document.documentElement.scrollHeight,
        said: [...document.querySelectorAll('#semantics [data-name]')].map((el) => `${el.dataset.name}: ${el.textContent}`)};
    });
  });
  const pdf = await page.pdf({format: 'A4'});
  assert.ok(pdf.length > 20_000, 'there is text on it');
  const paper = await page.evaluate(() => globalThis.__paper);
  assert.deepEqual([paper.readable, paper.theme], [true, 'light']);
  assert.ok(paper.height > 2000, 'all of it flows');
  const weights = cli(query).quantities.find((q) => q.id === 'weights');
  assert.ok(paper.said.includes(`Weights: ${weights.text}`), paper.said.join('; '));
  await rest(page);
  assert.equal(await kind(), before);
  await press(page.getByRole('switch', {name: 'FlashAttention'}));
  await until(page, () => globalThis.kvx.get('fa') === '0');
});
