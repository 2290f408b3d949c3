import {assert, expectParam, figureOf, get, lint, nothingHappens, open, press, rest, set, test, until} from './harness.mjs';
import {BUTTON} from './names.mjs';

const button = (page, name) => page.getByRole('button', {name, exact: true});
const quantity = (page, id) => page.evaluate((key) => globalThis.kvx.quantities().quantities.find((q) => q.id === key), id);

test('the tabs lead to the training page and back, with the model kept', async () => {
  const {page} = await open('?view=inference&model=llama-3.1-70b&batch=2');
  await press(page.getByRole('tab', {name: 'Training', exact: true}));
  await expectParam(page, 'view', 'training');
  await rest(page);
  await figureOf(page, 'Memory now').waitFor();
  assert.equal(await get(page, 'model'), 'llama-3.1-70b');
  await press(page.getByRole('tab', {name: 'Inference', exact: true}));
  await expectParam(page, 'view', 'inference');
  await rest(page);
  assert.equal(await get(page, 'batch'), '2');
});

test('train.html opens the training page', async () => {
  const {page} = await open('train.html', {ready: false});
  await page.waitForURL(/view=training/);
  await until(page, () => globalThis.__ready === true);
  assert.equal(await get(page, 'view'), 'training');
  assert.equal(await get(page, 'devices'), '8');
});

test('a step plays again and again, the run plays once', async () => {
  const {page} = await open('?view=training&devices=8&phase=0&speed=20');
  const step = page.getByRole('slider', {name: 'Moment of the step', exact: true});
  await press(button(page, BUTTON.play));
  await until(page, () => Number(globalThis.kvx.get('phase')) > 0.2);
  await press(button(page, BUTTON.pause));
  await rest(page);
  assert.match(await step.getAttribute('aria-valuetext'), /Forward|Backward|Update|Messages/);
  await set(page, 'pace', 'run');
  await set(page, 'speed', '100');
  await press(button(page, BUTTON.play));
  await expectParam(page, 'progress', '1');
  await button(page, BUTTON.play).waitFor();
  await press(button(page, BUTTON.restart));
  await expectParam(page, 'progress', '0');
});

test('what would save memory does it with one click', async () => {
  const {page} = await open('?view=training&model=llama-3.1-8b&devices=8&zero=1');
  await rest(page);
  const before = (await quantity(page, 'peak')).value;
  await press(page.getByRole('button', {name: /^Apply /}).first());
  await rest(page);
  const after = (await quantity(page, 'peak')).value;
  assert.ok(after < before * 0.9, `${before} to ${after}`);
});

test('a model that does not fit says so and what would help', async () => {
  const {page} = await open('?view=training&model=llama-3.1-8b&devices=1');
  await rest(page);
  await figureOf(page, 'Missing at the peak').waitFor();
  assert.ok(await page.getByRole('button', {name: /^Apply /}).count() >= 3);
});

test('a published run loads its configuration and is shown beside the computed figures', async () => {
  const {page} = await open('?view=training');
  await page.getByRole('combobox', {name: 'Published run', exact: true}).selectOption('gpt3-175b');
  await expectParam(page, 'tp', '8');
  await rest(page);
  assert.equal(await get(page, 'devices'), '64');
  await page.getByRole('table', {name: 'Published against computed'}).getByRole('row', {name: /^Model FLOPs used 51.4 % ≈/}).waitFor({state: 'attached'});
  const link = new URL(page.url()).search;
  const {page: other} = await open(link);
  assert.equal(await get(other, 'run'), 'gpt3-175b', 'the link carries it');
});

test('an impossible layout is explained and divided automatically', async () => {
  const {page} = await open('?view=training&model=llama-3.1-8b&devices=8&tp=3');
  await rest(page);
  assert.match(await page.locator('#semantics').textContent(), /does not divide 8 devices/);
  assert.ok((await quantity(page, 'step_time')).value > 0);
});

test('nothing is cut further down the panel', async () => {
  const {page} = await open('?view=training');
  await rest(page);
  await press(page.getByRole('radio', {name: 'Ideal', exact: true}), ' '); // the last line: the panel scrolls to it
  await rest(page);
  assert.deepEqual(await lint(page), []);
  await press(page.getByRole('combobox', {name: 'States', exact: true}), 'End');
  await rest(page);
  assert.deepEqual(await lint(page), []);
});

test('at rest the training page draws nothing', async () => {
  const {page} = await open('?view=training&devices=8', {clock: true});
  await nothingHappens(page);
});
