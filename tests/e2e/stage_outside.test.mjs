// What happens when memory overflows: the camera, the spill, the ghost, the hall, presentations, and the shapes of devices.
import {assert, figureOf, get, lint, open, pass, press, rest, set, test, until} from './harness.mjs';
import {BUTTON} from './names.mjs';

const FULL = '?view=inference&model=qwen3-14b&gpu=h100-sxm-80gb&batch=8&context=40K';
const HALL = '?view=inference&model=llama-3.1-405b&gpu=h100-sxm-80gb&batch=8&context=100M';
const image = (page, name) => page.getByRole('img', {name, exact: true});
const box = (page, name) => image(page, name).first().boundingBox();
const text = (locator) => locator.first().textContent();
const value = (locator) => locator.first().evaluate((el) => el.getAttribute('aria-label') ?? el.textContent);

test('what has no room stands beside the chip, in cells of the same size', async () => {
  const {page} = await open(FULL);
  await rest(page);
  const spill = await value(image(page, /^What does not fit/));
  assert.match(spill, /GiB in \d+ cells beside the chip; One cell is 64 MiB, on the chip and outside it/);
  assert.match(await value(image(page, /^Scores that are never stored/)), /GiB saved by FlashAttention/);
  await figureOf(page, 'Saved by FlashAttention').waitFor();
  assert.deepEqual(await lint(page), []);
});

test('the camera steps back and does not jump', async () => {
  const {page} = await open('?view=inference&model=llama-3.1-8b&batch=8&fa=0&context=128K&at=20000', {clock: true});
  await rest(page);
  const width = async () => (await box(page, /^HBM3 stack 1/)).width;
  const before = await width();
  await page.evaluate(() => globalThis.kvx.set('at', '90000'));
  await pass(page, 16);
  let last = await width();
  assert.ok(last > before * 0.6, `from ${before} to ${last} in one frame`);
  for (let i = 0; i < 40; ++i) {
    await pass(page, 16);
    const now = await width();
    assert.ok(now > last * 0.75, `from ${last} to ${now} in one frame`);
    last = now;
  }
  assert.ok(last < before * 0.8, 'in the end it stands further back');
});

test('the ghost never shrinks while the context grows', async () => {
  const {page} = await open('?view=inference&model=llama-3.1-8b&batch=1&context=128K&at=40000');
  let last = 0;
  for (const at of ['40000', '56000', '80000', '100000']) {
    await set(page, 'at', at);
    await rest(page);
    const chip = await box(page, /^NVIDIA H100/), ghost = await box(page, /^Scores that are never stored/);
    const share = ghost.width * ghost.height / (chip.width * chip.height);
    assert.ok(share > last, `${share} of the chip at ${at}`);
    last = share;
  }
});

test('a presentation gives the package most of the screen and says what it shows', async () => {
  for (const query of [FULL, '?view=inference&context=32K']) {
    const {page, context} = await open(`${query}&present=1`, {viewport: {width: 1920, height: 1080}});
    await rest(page);
    const chip = await box(page, /^NVIDIA H100/);
    assert.ok(chip.height >= 0.6 * 1080, `${chip.height} high`);
    await page.getByText(query === FULL ? /do not fit into .* spills out/ : /GiB of .* are in use/).first().waitFor({state: 'attached'});
    if (query === FULL) await image(page, /^What does not fit/).waitFor({state: 'attached'});
    assert.deepEqual(await lint(page), []);
    await context.close();
  }
});

test('a presentation starts with a button that can be seen', async () => {
  const {page} = await open('');
  await press(page.getByRole('button', {name: BUTTON.present, exact: true}));
  await until(page, () => globalThis.kvx.get('present') === '1');
});

for (const [name, query, words, absent] of [
  ['a wafer is a wafer', '?view=inference&gpu=wse-3', /^Cerebras WSE-3.*one wafer\. No HBM/, /stack/i],
  ['a card has its chips around the die', '?view=inference&gpu=rtx-4090-24gb', /^NVIDIA RTX 4090.*12 chips around the die\. No HBM/, /stack/i],
  ['unified memory is shared', '?view=inference&gpu=dgx-spark-gb10', /^NVIDIA DGX Spark.*shared by processor and graphics/, /stack/i],
  ['SRAM lies on the die', '?view=inference&model=gpt-2-124m&gpu=groq-lpu-v1', /^Groq LPU.*on the die\. No HBM/, /stack/i],
]) {
  test(`the shape of a device: ${name}`, async () => {
    const {page} = await open(query);
    await rest(page);
    assert.match(await value(image(page, words)), words);
    assert.equal(await image(page, absent).count(), 0);
    assert.deepEqual(await lint(page), []);
  });
}

test('what no machine holds is a hall, with its devices, power, price and what takes fewer', async () => {
  for (const present of ['', '&present=1']) {
    const {page, context} = await open(HALL + present, {reducedMotion: 'reduce'});
    await rest(page);
    assert.match(await value(image(page, /^The data center it would take/)), /178 racks of 32/);
    assert.match(await text(figureOf(page, 'Devices it would take, at least')), /5,668 × H100/);
    assert.match(await text(figureOf(page, 'Power')), /4\.0 MW/);
    assert.deepEqual(await lint(page), []);
    await press(page.getByRole('button', {name: /^The same in FP8: 2,834/}));
    await until(page, () => globalThis.kvx.get('kv') === 'fp8');
    assert.equal(await get(page, 'weights'), 'fp8');
    await context.close();
  }
});

test('a relief dims the hall to the devices that remain before it is applied', async () => {
  const {page} = await open(HALL, {clock: true});
  await pass(page, 7000); // the camera has arrived
  await press(page.getByRole('button', {name: /^The same in FP8: 2,834/}));
  await pass(page, 600);
  assert.notEqual(await get(page, 'kv'), 'fp8', 'still dimming');
  await pass(page, 1200);
  assert.equal(await get(page, 'kv'), 'fp8');
  assert.equal(await get(page, 'weights'), 'fp8');
});

test('at ludicrous speed a run lasts a second, and the words say what a real one takes', async () => {
  for (const reducedMotion of ['no-preference', 'reduce']) {
    const {page, context} = await open('?view=inference&context=128K&at=0&speed=100', {clock: true, reducedMotion});
    await page.getByText(/^Ludicrous speed\. A real H100 would take/).first().waitFor({state: 'attached'});
    await page.keyboard.press(' ');
    await pass(page, 700);
    assert.ok(Number(await get(page, 'at')) < 131072, 'still on its way');
    await pass(page, 900);
    assert.equal(await get(page, 'at'), '131072');
    await context.close();
  }
});
