import {address, assert, axe, cli, open, pass, stopClock, test, until} from './harness.mjs';

const demo = async (options = {}) => {
  const opened = await open('embed.html', {ready: false, ...options});
  await opened.page.locator('#held').getByRole('group').first().waitFor({state: 'attached'});
  if (options.clock) await stopClock(opened.page);
  return opened;
};
const length = (page, id) => page.evaluate((key) => document.getElementById(key).seqLen, id);
/** A new element for one test. */
const add = (page, tag, attributes) => page.evaluate(([name, all]) => {
  const el = document.createElement(name);
  for (const [key, value] of Object.entries(all)) el.setAttribute(key, value);
  el.id = 'own';
  document.querySelector('main').append(el);
}, [tag, attributes]);

test('the element says its shape, its layers and its length; the grid is hidden from assistive technology', async () => {
  const {page} = await demo();
  const plain = page.locator('#plain');
  await plain.getByRole('figure', {name: 'KV cache of 6 layers, 3 heads each, 64 numbers a head, 32 positions, 8 cached.'}).waitFor();
  assert.equal(await plain.getByRole('group').count(), 6);
  await plain.getByRole('group', {name: 'Layer 1: 8 of 32 positions cached'}).waitFor();
  assert.equal(await plain.locator('canvas').getAttribute('aria-hidden'), 'true');
  await plain.getByRole('status').filter({hasText: '8 of 32 positions cached'}).waitFor({state: 'attached'});
  assert.match(await plain.locator('.legend').textContent(), /cached.*unfilled/, 'the legend is in words');
  await page.evaluate(() => document.getElementById('plain').setAttribute('num-layers', '2'));
  await plain.getByRole('figure', {name: /^KV cache of 2 layers/}).waitFor();
  assert.equal(await plain.getByRole('group').count(), 2);
});

test('uncontrolled: it plays by itself, dispatches events and stops at its end', async () => {
  const {page} = await demo({clock: true});
  await page.evaluate(() => {
    const el = document.getElementById('plain');
    globalThis.__told = [];
    el.addEventListener('seqlenchange', (e) => globalThis.__told.push([e.detail.seqLen, performance.now()]));
    Object.assign(el, {playSpeed: 1, maxSeqLen: 14});
  });
  await page.getByRole('button', {name: 'Play', exact: true}).click();
  await until(page, () => globalThis.__told.length === 6 && !document.getElementById('plain').playing);
  const told = await page.evaluate(() => globalThis.__told);
  assert.deepEqual(told.map(([n]) => n), [9, 10, 11, 12, 13, 14]);
  assert.ok(told.every(([, at], i) => i === 0 || at - told[i - 1][1] >= 80), `never quicker than 80 ms: ${told.map(([, at]) => at)}`);
  await pass(page, 5000); // a live region waits for a pause
  await page.locator('#plain').getByRole('status').filter({hasText: '14 of 14 positions cached'}).waitFor({state: 'attached'});
  await page.getByRole('button', {name: 'Start over'}).click();
  assert.equal(await length(page, 'plain'), 8);
});

test('controlled: it requests changes, and changes only when the page does', async () => {
  const {page} = await demo();
  await add(page, 'kv-cache-viz', {'seq-len': '3', playing: '', 'play-speed': '80'});
  await page.evaluate(() => {
    globalThis.__asked = [];
    document.getElementById('own').addEventListener('seqlenchange', (e) => globalThis.__asked.push(e.detail.seqLen));
  });
  await until(page, () => globalThis.__asked.length >= 3);
  assert.deepEqual([...new Set(await page.evaluate(() => globalThis.__asked))], [4]);
  assert.equal(await length(page, 'own'), 3);
  await page.getByRole('slider', {name: 'Sequence length'}).fill('12800');
  await page.locator('#held').getByRole('figure', {name: /12,800 cached\.$/}).waitFor();
});

test('models have their true layers, and an unknown one says so', async () => {
  const {page} = await demo();
  const held = page.locator('#held');
  assert.equal(await held.getByRole('group').count(), 46);
  await held.getByRole('group', {name: /^Layer 1, sliding window of 4,096 tokens, 16 KV heads: 4,096 of 6,000 positions/}).waitFor({state: 'attached'});
  assert.equal(await held.locator('[aria-current=true]').getAttribute('aria-label').then((name) => name.slice(0, 8)), 'Layer 2,');
  await add(page, 'kv-cache-viz', {model: 'no-such-model'});
  await page.locator('#own').getByRole('alert').filter({hasText: 'no-such-model is not a known model'}).waitFor();
});

test('reduced motion: it never plays by itself', async () => {
  const {page} = await demo({clock: true, reducedMotion: 'reduce'});
  await add(page, 'kv-cache-viz', {playing: '', 'play-speed': '80'});
  await pass(page, 60_000);
  assert.equal(await length(page, 'own'), 0);
});

test('several on a page, nothing left behind, nothing global', async () => {
  const {page} = await demo({clock: true});
  const names = (p) => p.evaluate(() => Object.getOwnPropertyNames(globalThis).filter((name) => !/^(__|\d+$)/.test(name)));
  const blank = await page.context().newPage();
  await blank.route(/blank\.html$/, (route) => route.fulfill({contentType: 'text/html', body: '<!doctype html><title>blank</title>'}));
  await blank.goto(`${await address()}blank.html`);
  const known = new Set([...await names(blank), 'plain', 'held', 'footprint', 'estimator']);
  assert.deepEqual((await names(page)).filter((name) => !known.has(name)), []);
  await add(page, 'kv-cache-viz', {playing: '', 'play-speed': '80'});
  await until(page, () => document.getElementById('own').seqLen > 1);
  const removed = await page.evaluate(() => {
    globalThis.__el = document.getElementById('own');
    globalThis.__el.remove();
    return globalThis.__el.seqLen;
  });
  const timers = await page.evaluate(() => globalThis.__count.timers);
  await pass(page, 60_000);
  assert.equal(await page.evaluate(() => globalThis.__el.seqLen), removed, 'a removed element does not go on');
  assert.equal(await page.evaluate(() => globalThis.__count.timers), timers);
  await page.evaluate(() => document.querySelector('main').append(globalThis.__el));
  await until(page, (n) => globalThis.__el.seqLen > n, removed);
});

/** Counts rectangles and animation frames from now on: in each frame, and in total. */
const countWork = (page) => page.evaluate(() => {
  const work = globalThis.__work = {rectangles: 0, inFrame: 0, most: 0, frames: 0, asked: 0};
  const fill = CanvasRenderingContext2D.prototype.fillRect;
  CanvasRenderingContext2D.prototype.fillRect = function (...a) {
    work.rectangles++;
    work.most = Math.max(work.most, ++work.inFrame);
    return fill.apply(this, a);
  };
  const ask = globalThis.requestAnimationFrame;
  const next = () => ask.call(globalThis, () => { work.inFrame = 0; work.frames++; next(); });
  globalThis.requestAnimationFrame = (f) => { work.asked++; return ask.call(globalThis, f); };
  next();
});
const A_FRAME = 4000 + 300; // rectangles between two looks at the clock, and the strip in progress

test('a large grid is drawn in parts, and then only what changes', async () => {
  const {page} = await demo();
  await countWork(page);
  await add(page, 'kv-cache-viz', {'num-layers': '512', 'num-heads': '512', 'seq-len': '20', transition: '0'});
  const whole = 512 * 2 * (20 * 3 + 12); // a cached column is three rectangles, an unfilled one is one
  await until(page, (n) => globalThis.__work.rectangles >= n, whole);
  assert.ok(await page.evaluate(() => globalThis.__work.most) <= A_FRAME, 'no frame draws it all');
  const before = await page.evaluate(() => {
    document.getElementById('own').seqLen = 21;
    return globalThis.__work.rectangles;
  });
  const step = 512 * 2 * 2 * 3; // the newest column, and the one that was
  await until(page, (n) => globalThis.__work.rectangles >= n, before + step);
  await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
  const after = await page.evaluate(() => globalThis.__work);
  assert.equal(after.rectangles - before, step);
  assert.ok(after.most <= A_FRAME);
});

test('fifty that play share one frame', async () => {
  const {page} = await demo();
  await page.evaluate(() => {
    for (let i = 0; i < 50; i++) {
      const el = document.createElement('kv-cache-viz');
      el.playing = true;
      el.playSpeed = 80;
      document.querySelector('main').append(el);
    }
  });
  await until(page, () => [...document.querySelectorAll('main > kv-cache-viz')].slice(-50).every((el) => el.seqLen >= 2));
  await countWork(page);
  await until(page, () => [...document.querySelectorAll('main > kv-cache-viz')].slice(-50).every((el) => el.seqLen >= 8));
  const work = await page.evaluate(() => globalThis.__work);
  assert.ok(work.asked <= work.frames + 1, `${work.asked} frames were asked for in ${work.frames}`);
  assert.ok(work.most <= A_FRAME, `${work.most} rectangles in a frame`);
});

test('properties set before the element is known, and colours by custom properties', async () => {
  const {page} = await demo();
  const out = await page.evaluate(async () => {
    const el = document.createElement('kv-cache-viz');
    el.style.setProperty('--kv-cache-unfilled', 'rgb(255, 0, 0)');
    Object.assign(el, {numLayers: 1, numHeads: 1, maxSeqLen: 4});
    document.querySelector('main').append(el);
    const canvas = el.shadowRoot.querySelector('canvas');
    const probe = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
    const pixel = () => {
      probe.clearRect(0, 0, 1, 1);
      if (canvas.width) probe.drawImage(canvas, -Math.round(canvas.width / 4) - 3, -Math.round(canvas.height / 2));
      return [...probe.getImageData(0, 0, 1, 1).data];
    };
    // it is drawn in the frame after its size was observed
    for (let frame = 0; frame < 20 && !pixel()[3]; frame++) await new Promise((done) => requestAnimationFrame(done));
    return {layers: el.getAttribute('num-layers'), pixel: pixel()};
  });
  assert.equal(out.layers, '1');
  assert.deepEqual(out.pixel, [255, 0, 0, 255]);
});

test('the footprint names its parts, and keeps the last good picture', async () => {
  const {page} = await demo();
  const footprint = page.locator('#footprint');
  await footprint.getByRole('figure', {name: /^Llama-3\.1-8B on NVIDIA H100 SXM 80GB: 51\.82 GiB needed, 72\.85 GiB usable$/}).waitFor();
  assert.match(await footprint.locator('dl').textContent(), /Weights14\.96 GiB.*KV cache32\.00 GiB.*Free.*Reserved/);
  const told = cli('inference', '--model', 'llama-3.1-8b', '--device', 'h100-sxm-80gb', '--context', '131072', '--batch', '2').quantities;
  assert.ok((await footprint.locator('dl').textContent()).includes(told.find((q) => q.id === 'kv_used').text));
  await page.evaluate(() => { document.getElementById('footprint').device = 'abacus'; });
  await footprint.getByRole('alert').filter({hasText: 'abacus is not a known device'}).waitFor();
  await footprint.getByRole('figure', {name: /51\.82 GiB needed/}).waitFor();
});

test('the estimator agrees with the command line, and keeps the last good result', async () => {
  const {page} = await demo();
  const estimator = page.locator('#estimator');
  const result = estimator.locator('output');
  await result.filter({hasText: '1 GiB'}).waitFor();
  await estimator.getByRole('spinbutton', {name: 'Layers'}).fill('80');
  await estimator.getByRole('combobox', {name: 'Cache format'}).selectOption('int4');
  const told = cli('layout', '--num-layers', '80', '--num-heads', '8', '--head-dim', '128', '--seq-len', '8192', '--kv-dtype', 'int4').quantities.find((q) => q.id === 'estimate');
  await estimator.getByText(`= ${told.substituted} = ${told.value.toLocaleString('en-US')} B`).waitFor();
  const good = await result.textContent();
  await estimator.getByRole('spinbutton', {name: 'KV heads'}).fill('-3');
  await estimator.getByRole('alert').filter({hasText: 'KV heads: a whole number from 1 to 512.'}).waitFor();
  assert.equal(await result.textContent(), good);
  // Words instead of a number are refused there, and only there: a message in the console would fail this test.
  for (const words of ['many', '1e999', '', '0x']) {
    await page.evaluate((text) => document.getElementById('estimator').setAttribute('num-layers', text), words);
    await estimator.getByRole('alert').filter({hasText: 'Layers: a whole number from 1 to 512.'}).waitFor();
    assert.equal(await estimator.getByRole('spinbutton', {name: 'Layers'}).inputValue(), '');
    await page.evaluate(() => document.getElementById('estimator').setAttribute('num-layers', '7'));
    await estimator.getByRole('alert').filter({hasText: 'Layers'}).waitFor({state: 'hidden'});
  }
});

test('without its files the elements say so, and a shape needs none', async () => {
  const {page} = await open('embed.html', {ready: false, allow: [/Failed to load resource/, /figures/],
    init: undefined, serviceWorkers: 'block'});
  await page.route(/figures/, (route) => route.abort());
  await page.reload();
  await page.locator('#estimator').getByRole('alert').filter({hasText: 'could not be loaded'}).waitFor();
  await page.locator('#held').getByRole('alert').filter({hasText: 'could not be loaded'}).waitFor();
  await page.locator('#plain').getByRole('figure', {name: /8 cached/}).waitFor();
});

test('a whole page in a frame, and the demo page clean for axe', async () => {
  const {page} = await demo();
  await page.locator('iframe').scrollIntoViewIfNeeded();
  const frame = page.frameLocator('iframe');
  await frame.getByRole('figure', {name: /^KV cache of Your shape/}).waitFor({state: 'attached', timeout: 20000});
  assert.equal(await frame.getByRole('tab').count(), 0);
  assert.deepEqual(await axe(page), []);
});
