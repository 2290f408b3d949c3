import {assert, axe, cli, eventually, expectParam, get, open, PHONE, press, rest, test, until} from './harness.mjs';

const EIGHT = '?view=inference&model=llama-3.1-70b&gpu=h100-sxm-80gb&context=131072&batch=8&devices=8';
const button = (page, name) => page.getByRole('button', {name, exact: true});

test('a device says what it holds, a link what it carries', async () => {
  const {page} = await open(EIGHT);
  await rest(page);
  const device = page.getByRole('img', {name: /^Device 3: /});
  assert.match(await device.getAttribute('aria-label'), /part 4 of 8 of each layer · [\d.]+ GiB of [\d.]+ GiB/);
  assert.match(await page.getByRole('img', {name: /^Links: /}).getAttribute('aria-label'), /NVLink 4 · ≈ [\d.]+ MiB a step at 450.0 GB\/s/);
  assert.equal(await page.getByRole('img', {name: /^Device \d+: /}).count(), 8);
});

test('the bar of a step adds up to the step', async () => {
  const {page} = await open(EIGHT);
  await rest(page);
  const parts = await page.getByRole('button', {name: /^(Read weights|Compute|Read cache|Attention|Communication|Launch overhead|Waiting): /}).allTextContents();
  const ms = parts.map((text) => parseFloat(text) * (/µs/.test(text) ? 1e-3 : / s$/.test(text) ? 1e3 : 1));
  const total = cli(EIGHT).quantities.find((q) => q.id === 'decode_step').value * 1e3;
  assert.ok(Math.abs(ms.reduce((a, b) => a + b, 0) - total) < total * 0.01, `${parts} make ${total} ms`);
});

test('over capacity, more devices are one press away', async () => {
  const {page} = await open('?view=inference&model=llama-3.1-70b&gpu=h100-sxm-80gb&context=131072&batch=8');
  await press(page.getByRole('button', {name: /^Use 8: /}));
  await expectParam(page, 'devices', '8');
  await rest(page);
  assert.equal(await page.getByRole('status', {name: 'Memory alert'}).count(), 0);
});

test('impossible parallelism is explained and not applied', async () => {
  const {page} = await open(`${EIGHT}&tp=3`);
  await rest(page);
  assert.match(await page.locator('#semantics').textContent(), /tp 3 × pp 1 does not divide 8 devices/);
});

test('what fits: each answer loads', async () => {
  const {page} = await open(`${EIGHT}&show=fits`);
  await rest(page);
  const loads = page.getByRole('button', {name: /^Load: /});
  assert.ok(await loads.count() >= 4);
  await press(loads.nth(1));
  await expectParam(page, 'show', 'stage');
  assert.ok(Number(await get(page, 'batch')) > 8);
});

test('insights: a card loads its configuration, its figures come from it', async () => {
  const {page} = await open('?view=inference&show=insights');
  await rest(page);
  const cards = page.getByRole('button', {name: /^(A small model|405B|Memory on the wafer)/});
  assert.equal(await cards.count(), 3);
  await press(cards.nth(1));
  await expectParam(page, 'model', 'llama-3.1-405b');
  await expectParam(page, 'devices', '16');
  await expectParam(page, 'show', 'stage');
});

test('compare: pin, change, see both, remove', async () => {
  const {page} = await open('?view=inference&show=compare&batch=4');
  await press(button(page, 'Pin this configuration'));
  await until(page, () => globalThis.kvx.get('pins') !== '');
  await page.evaluate(() => globalThis.kvx.set('model', 'llama-3.1-70b'));
  await rest(page);
  assert.match(await page.locator('#semantics').textContent(), /Llama-3.1-70B, H100[\s\S]*Llama-3.1-8B, H100/);
  await press(page.getByRole('button', {name: /^Remove Llama-3.1-8B/}));
  await until(page, () => globalThis.kvx.get('pins') === '');
});

test('tables are copied as Markdown', async () => {
  const {page, context} = await open('?view=inference&show=tables');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await rest(page);
  await press(page.getByRole('button', {name: /^Markdown of /}).first());
  await eventually(page, async () => (await navigator.clipboard.readText()).startsWith('**KV cache of one sequence**'));
});

for (const show of ['savings', 'fits', 'insights', 'compare', 'tables']) {
  test(`axe finds nothing: ${show}`, async () => {
    const {page} = await open(`${EIGHT}&show=${show}`);
    await rest(page);
    assert.deepEqual(await axe(page), []);
  });
}

test('a phone has the answers in its panel', async () => {
  const {page} = await open('', PHONE);
  await press(page.getByRole('radio', {name: 'Answers', exact: true}), ' ');
  await expectParam(page, 'show', 'insights');
  await press(page.getByRole('radio', {name: 'Savings', exact: true}), ' ');
  await expectParam(page, 'show', 'savings');
});
