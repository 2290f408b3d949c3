import {PHONE, assert, axe, expectParam, get, lint, nothingHappens, open, pass, press, rest, set, test, until} from './harness.mjs';

const button = (page, name) => page.getByRole('button', {name, exact: true});
/** What is said of layers that are equal, in one sentence. */
const layers = (page, words) => page.locator('#semantics').getByText(words);
const figure = (page) => page.getByRole('figure', {name: /^KV cache of /});
const quantity = (page, id) => page.evaluate((key) => globalThis.kvx.quantities().quantities.find((q) => q.id === key), id);

/** Where a layer's keys are drawn, at a share of their width. */
async function placeIn(page, n, layers, share) {
  const box = await figure(page).boundingBox();
  return [box.x + (box.width - 14) / 2 * share, box.y + (box.height * (n - 0.5)) / layers];
}
const clickIn = async (page, n, share) => page.mouse.click(...await placeIn(page, n, 32, share));

test('the tab leads to the layout page, which says the shape and every kind of layer', async () => {
  const {page} = await open('?view=inference&model=gemma-2-27b&context=16384&at=10000');
  await press(page.getByRole('tab', {name: 'Layout', exact: true}));
  await expectParam(page, 'view', 'layout');
  await rest(page);
  assert.equal(await figure(page).getAttribute('aria-label'), 'KV cache of Gemma-2-27B: 46 layers, up to 16 rows each, 16,384 positions, 10,000 cached.');
  await layers(page, 'Layers 1, 3 … 45, sliding window of 4,096 tokens, 16 KV heads: 4,096 of 10,000 positions, 32.00 MiB each').waitFor({state: 'attached'});
  await layers(page, 'Layers 2, 4 … 46, full attention, 16 KV heads: 10,000 of 10,000 positions, 78.12 MiB each').waitFor({state: 'attached'});
});

test('latent, linear and shared layers are described as such', async () => {
  const {page} = await open('?view=layout&model=gemma-4-e4b&at=30000');
  await rest(page);
  await layers(page, /reads the cache of layer \d+: keeps nothing of its own$/).first().waitFor({state: 'attached'});
  await set(page, 'model', 'deepseek-v3.2');
  await layers(page, /^Layers 1 to 61, latent attention with a sparse indexer: 30,000 of 30,000 positions/).waitFor({state: 'attached'});
  await set(page, 'model', 'qwen3-next-80b-a3b');
  await layers(page, /^Layers 1, 2 … 47, Gated DeltaNet: a fixed state of/).waitFor({state: 'attached'});
});

test('playing adds a column every interval, and the end is announced', async () => {
  const {page} = await open('?view=layout&source=shape&interval=80&max-seq-len=16', {clock: true});
  assert.equal(await get(page, 'seq-len'), '12');
  await press(button(page, 'Play'));
  await pass(page, 32); // two frames: the press, and the start of its clock
  for (const length of ['12', '13', '14', '15']) {
    assert.equal(await get(page, 'seq-len'), length);
    await pass(page, 80);
  }
  await expectParam(page, 'seq-len', '16');
  await rest(page);
  await page.getByText('Paused at 16 positions').first().waitFor({state: 'attached'});
});

test('a click picks layer, head and position; zooming makes it finer; Escape deselects', async () => {
  const {page} = await open('?view=layout&context=131072');
  await rest(page);
  await clickIn(page, 3, 0.5);
  await expectParam(page, 'current-layer', '3');
  const coarse = Number(await get(page, 'cell-position'));
  assert.ok(Math.abs(coarse - 65536) < 3000, `picked ${coarse}`);
  assert.match((await quantity(page, 'layout_address')).substituted, /block/);
  for (let i = 0; i < 4; ++i) {
    await press(button(page, 'Zoom in'));
    await rest(page);
  }
  await clickIn(page, 1, 0.5);
  await until(page, (before) => Number(globalThis.kvx.get('cell-position')) < before / 8, coarse);
  await press(button(page, 'Whole cache'));
  await rest(page);
  await page.mouse.move(700, 400);
  await page.mouse.wheel(0, -1500);
  await rest(page);
  assert.deepEqual(await lint(page), []);
  await page.locator('body').press('Escape');
  await expectParam(page, 'current-layer', '0');
});

test('dragging moves the zoomed picture', async () => {
  const {page} = await open('?view=layout&context=131072');
  await rest(page);
  for (let i = 0; i < 5; ++i) await press(button(page, 'Zoom in'));
  await rest(page);
  await clickIn(page, 1, 0.25);
  await until(page, () => globalThis.kvx.get('cell-position') !== 'newest');
  const before = Number(await get(page, 'cell-position'));
  const [x, y] = await placeIn(page, 1, 32, 0.7);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 130, y, {steps: 5});
  await page.mouse.up();
  await rest(page);
  await clickIn(page, 1, 0.25);
  await until(page, (old) => Number(globalThis.kvx.get('cell-position')) > old, before);
});

test('memory order: every order has its runs, in words too', async () => {
  const {page} = await open('?view=layout&arrangement=memory&at=1000');
  await rest(page);
  const picture = page.getByRole('figure', {name: /A decode step reads/});
  assert.match(await picture.getAttribute('aria-label'), /\[2, blocks, block, heads, dim\].* 2 × 1\.95 MiB for all heads, 2,000 × 256 B for head 1\./);
  await set(page, 'order', 'hnd');
  await page.getByRole('figure', {name: /\[2, blocks, heads, block, dim\].* 126 × /}).waitFor({state: 'attached'});
  const box = await picture.boundingBox();
  await page.mouse.click(box.x + 30, box.y + 10);
  await until(page, () => globalThis.kvx.get('cell-position') !== 'newest');
});

test('the small model’s own vectors, growing with its line', async () => {
  const {page} = await open('?view=layout&source=small', {picture: true});
  await rest(page);
  assert.match(await figure(page).getAttribute('aria-label'), /^KV cache of the small model: 3 layers, up to 4 rows each, 96 positions, 12 cached\.$/);
  // Real numbers: many colours where the plain strips have a few.
  const colours = async () => {
    const [x, y] = await placeIn(page, 1, 3, 0);
    const clip = {x, y: y - 40, width: 40, height: 80}, png = await page.screenshot({clip});
    return page.evaluate(async ([bytes]) => {
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], {type: 'image/png'}));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height), context = canvas.getContext('2d');
      context.drawImage(bitmap, 0, 0);
      return new Set(new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size;
    }, [[...png]]);
  };
  const real = await colours();
  await set(page, 'source', 'shape');
  await rest(page);
  const plain = await colours();
  assert.ok(real > 4 * plain, `${real} colours of real numbers, ${plain} of a shape`);
  await set(page, 'source', 'small');
  await set(page, 'text', 'AI is super cool');
  await page.getByRole('figure', {name: /16 cached\.$/}).waitFor({state: 'attached'});
  // Playing continues from what is shown, and the keys stop at the end of the line.
  await page.locator('body').press('Home');
  await expectParam(page, 'token', '1');
  await page.locator('body').press('ArrowRight');
  await expectParam(page, 'token', '2');
  await set(page, 'token', 'end');
  await set(page, 'interval', '80');
  await page.evaluate(() => { globalThis.__tokens = []; const see = () => { globalThis.__tokens.push(globalThis.kvx.get('token')); requestAnimationFrame(see); }; see(); });
  await press(button(page, 'Play'));
  await button(page, 'Play').waitFor({state: 'attached'});
  await until(page, () => Number(globalThis.__tokens.at(-1)) > 16);
  assert.ok((await page.evaluate(() => globalThis.__tokens)).every((t) => t === 'end' || Number(t) >= 16), 'it does not jump back');
});

test('the estimator takes the model’s shape and says GiB', async () => {
  const {page} = await open('?view=layout&context=131072');
  await press(button(page, 'Use the model’s values'));
  await expectParam(page, 'num-layers', '32');
  await expectParam(page, 'seq-len', '131072');
  assert.equal((await quantity(page, 'estimate')).text, '16.00 GiB');
  assert.equal((await quantity(page, 'layout_total')).value, (await quantity(page, 'estimate')).value);
});

test('embedded: no page tabs, a link to the full app, nothing stored', async () => {
  for (const view of ['inference', 'training', 'layout', 'learn']) {
    const {page, context} = await open(`?view=${view}&embed=1`);
    await rest(page);
    assert.equal(await page.getByRole('tab').count(), 0, view);
    const link = page.getByRole('link', {name: 'Open the full explorer'});
    assert.match(await link.getAttribute('href'), new RegExp(`^\\./\\?view=${view}`));
    assert.doesNotMatch(await link.getAttribute('href'), /embed/);
    assert.equal(await page.evaluate(() => localStorage.length), 0, 'nothing is kept');
    assert.deepEqual(await lint(page), [], view);
    await context.close();
  }
});

test('the layout page at rest draws nothing, and is clean for axe', async () => {
  for (const query of ['?view=layout', '?view=layout&source=shape&arrangement=memory']) {
    const {page, context} = await open(query);
    await rest(page);
    assert.deepEqual(await axe(page), []);
    await nothingHappens(page);
    await context.close();
  }
});

test('on a phone the layout page’s panel reaches everything', async () => {
  const {page} = await open('?view=layout', PHONE);
  for (const [tab, name] of [['Figures', 'figure'], ['Cell', 'textbox'], ['Memory', 'combobox'], ['Size', 'textbox'], ['Cache', 'combobox']]) {
    await press(page.getByRole('radiogroup', {name: 'Panel'}).getByRole('radio', {name: tab, exact: true}), ' ');
    await rest(page);
    assert.ok(await page.getByRole(name).count(), tab);
  }
});
