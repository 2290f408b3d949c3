// Memory that overflows: what is said, and what helps, at every size of window.
import {assert, expectParam, figureOf, get, open, phone, press, quantities, rest, test, until} from './harness.mjs';

const FULL = '?view=inference&model=qwen3-14b&gpu=h100-sxm-80gb&context=40960&batch=8&at=36864';
const SIZES = [[1440, 900], [1536, 864], [1440, 800], [1366, 768], [1280, 800], [1280, 720], [1024, 768], [768, 1024]];
const PHONES = [[390, 844], [844, 390], [360, 640]];

for (const [width, height] of [...SIZES, ...PHONES]) {
  test(`at ${width}×${height} a full memory says what helps, and one press does it`, async () => {
    const {page} = await open(FULL, PHONES.some(([w, h]) => w === width && h === height) ? phone(width, height) : {viewport: {width, height}});
    await page.getByText('Needs 2 devices. You have one.').first().waitFor({state: 'attached'});
    const buttons = page.getByRole('button', {name: /GiB, (usually a small loss|2 times the price)$/});
    assert.equal(await buttons.count(), 3);
    await press(buttons.first());
    await expectParam(page, 'kv', 'fp8');
    await rest(page);
    assert.equal(await buttons.count(), 0, 'what fits needs no help');
  });
}

test('the number of devices that is named holds the workload', async () => {
  const {page} = await open('?view=inference&model=qwen3-235b-a22b&gpu=h100-sxm-80gb&devices=8&tp=8&context=65536&batch=40&lengths=equal&dtype=fp8');
  await page.getByText('This split does not fit. Another of 8 devices does.').first().waitFor({state: 'attached'});
  await press(page.getByRole('button', {name: /^Split it: /}));
  await expectParam(page, 'tp', 'auto');
  await rest(page);
  assert.equal(await get(page, 'devices'), '8');
  const needed = (await quantities(page)).find((q) => q.id === 'needed'), usable = (await quantities(page)).find((q) => q.id === 'usable');
  assert.ok(needed.value <= usable.value, `${needed.text} of ${usable.text}`);
});

test('the next model is one press away', async () => {
  const {page} = await open('?view=inference');
  const before = await get(page, 'model');
  await press(page.getByRole('button', {name: /^Next model: /}));
  await until(page, (old) => globalThis.kvx.get('model') !== old, before);
});

test('the memory curve and the three switches are in sight at 1440×900', async () => {
  const {page} = await open('?view=inference&batch=8', {viewport: {width: 1440, height: 900}});
  await rest(page);
  for (const one of [page.getByRole('switch', {name: 'Continuous batching'}), page.getByRole('switch', {name: 'PagedAttention'}), page.getByRole('switch', {name: 'FlashAttention'}), figureOf(page, 'Memory over context')]) {
    const {y, height} = await one.first().boundingBox();
    assert.ok(y > 50 && y + height <= 826, `${await one.first().getAttribute('aria-label')}: ${Math.round(y)} to ${Math.round(y + height)}`);
  }
});
