import {PHONE, accessible, assert, axe, click, expectParam, get, lint, modelThere, nothingHappens, open, press, rest, set, test, until} from './harness.mjs';
import {BUTTON} from './names.mjs';

const button = (page, name) => page.getByRole('button', {name, exact: true});
const token = (page) => page.getByRole('slider', {name: 'Token', exact: true});
const quantity = (page, id) => page.evaluate((key) => globalThis.kvx.quantities().quantities.find((q) => q.id === key), id);
const words = (page) => page.locator('#semantics').textContent();

test('the model is loaded when the learn page is opened, and not before', async () => {
  const asked = [];
  const {page} = await open('');
  page.on('request', (request) => asked.push(request.url()));
  await rest(page);
  await press(page.getByRole('tab', {name: 'Learn', exact: true}));
  await modelThere(page);
  await rest(page);
  assert.equal(asked.filter((url) => /model\.\w+\.bin$/.test(url)).length, 1);
  assert.ok(!asked.some((url) => /lab/.test(url)), 'the lab is not loaded yet');
  assert.match(await words(page), /Four heads of layer 3/);
});

test('a typed prompt runs, and the model continues it', async () => {
  const {page} = await open('?view=learn');
  const field = page.getByRole('textbox', {name: 'Prompt', exact: true});
  await field.fill('copy:bird>bi');
  await field.press('Enter');
  await expectParam(page, 'text', 'copy:bird>bi');
  await rest(page);
  assert.match(await token(page).getAttribute('aria-valuetext'), /^12 of 14, i\. “i” looks most at/);
  assert.match((await quantity(page, 'next_probability')).formula, /“r”/);
  await press(button(page, 'Verbs'));
  await expectParam(page, 'text', 'the cats near the dog run');
});

test('an empty, long or foreign prompt gets a message and the last good one stays', async () => {
  const {page} = await open('?view=learn');
  const notice = (text) => page.locator('#semantics').getByText(text).first().waitFor({state: 'attached'});
  assert.match(await page.evaluate(() => globalThis.kvx.set('text', '')), /prompt is empty/);
  assert.equal(await get(page, 'text'), 'copy:lamp>la');
  const field = page.getByRole('textbox', {name: 'Prompt', exact: true});
  await field.fill('x'.repeat(300));
  await field.press('Enter');
  await notice(/cut after 96 characters/);
  assert.equal((await get(page, 'text')).length, 96);
  await press(button(page, 'Dismiss'));
  await rest(page);
  await field.fill('naïve 😀 text');
  await field.press('Enter');
  await notice(/2 characters are not printable ASCII/);
  await rest(page);
  assert.match(await token(page).getAttribute('aria-valuetext'), /^12 of/);
  assert.deepEqual(await lint(page), []);
});

test('token by token, back and forth, and played to the end of the line', async () => {
  const {page} = await open('?view=learn&token=1&speed=20');
  const said = new Set();
  for (let i = 2; i <= 4; i++) {
    await press(button(page, 'Next token'));
    await expectParam(page, 'token', String(i));
    await rest(page);
    said.add(await token(page).getAttribute('aria-valuetext'));
  }
  assert.equal(said.size, 3, 'a sentence for every step');
  await press(button(page, 'Previous token'));
  await expectParam(page, 'token', '3');
  await page.evaluate(() => document.getElementById('app').focus());
  await page.keyboard.press('ArrowRight');
  await expectParam(page, 'token', '4');
  await page.keyboard.press('End');
  await expectParam(page, 'token', '14');
  await page.keyboard.press('Home');
  await expectParam(page, 'token', '1');
  await press(button(page, BUTTON.play));
  await expectParam(page, 'token', '14');
  await button(page, BUTTON.play).waitFor();
  await press(button(page, BUTTON.play)); // from the end: once more
  await until(page, () => Number(globalThis.kvx.get('token')) < 14);
  await press(button(page, BUTTON.pause));
});

test('playing slowly requests few frames', async () => {
  const {page} = await open('?view=learn&token=1&speed=0.5');
  await rest(page);
  await press(button(page, BUTTON.play));
  const before = await page.evaluate(() => globalThis.__count.frames);
  await expectParam(page, 'token', '3');
  const frames = await page.evaluate(() => globalThis.__count.frames) - before;
  assert.ok(frames < 60, `${frames} frames for two tokens`);
});

test('how the cache is kept changes what it holds and what the model can still do', async () => {
  const {page} = await open('?view=learn&text=copy:breadcrumb%3Ebre');
  const skill = async () => (await quantity(page, 'skill_copy')).value;
  const full = await skill();
  await set(page, 'keep', 'window');
  assert.ok(await skill() < full - 0.2, 'copying needs what left the window');
  assert.equal((await quantity(page, 'learn_cache')).value, 8 * 1536);
  await set(page, 'keep', 'quantised');
  await set(page, 'cache-bits', '1');
  assert.ok(await skill() < 0.5);
  assert.equal((await quantity(page, 'learn_per_token')).value, 24 * 10);
  await set(page, 'cache-bits', '8');
  assert.ok(Math.abs(await skill() - full) < 0.01);
  await set(page, 'keep', 'none');
  assert.equal((await quantity(page, 'learn_cache')).value, 0);
  assert.match(await words(page), /No cache: all 19 rows were recomputed/);
});

test('prompts share the blocks their beginnings have in common', async () => {
  const {page} = await open('?view=learn&keep=prefix');
  await rest(page);
  assert.match(await words(page), /Prompt 2, kx,bq,mo,ty,k: 12 of 13 tokens reused, next x, bit-identical/);
  const before = (await quantity(page, 'hit_rate')).value;
  await press(button(page, 'Remove prompt 4'));
  await rest(page);
  assert.ok((await quantity(page, 'hit_rate')).value > before);
  await set(page, 'text', 'kx,bq,mo,ty,m');
  await press(button(page, 'Add the prompt above'));
  await rest(page);
  assert.match(await words(page), /Prompt 4, kx,bq,mo,ty,m: 12 of 13 tokens reused/);
  await press(button(page, 'Start over'));
  await rest(page);
  assert.equal((await quantity(page, 'hit_rate')).value, before);
});

test('times are measured here, on both sides', async () => {
  const {page} = await open('?view=learn&token=14');
  await press(button(page, 'Measure here'));
  await until(page, () => globalThis.kvx.quantities().quantities.some((q) => q.id === 'time_with'));
  const [slow, quick] = [await quantity(page, 'time_without'), await quantity(page, 'time_with')];
  assert.ok(quick.value > 0 && slow.value > quick.value, `${slow.text} without, ${quick.text} with`);
  await set(page, 'text', 'AI');
  assert.equal(await quantity(page, 'time_with'), undefined, 'times belong to the line they were measured on');
});

test('the lab trains in a worker, pauses, and its model can be inspected', async () => {
  const {page} = await open('?view=learn&lesson=lab&lab-batch=8&lab-length=32&lab-steps=300');
  const state = page.locator('#semantics').getByRole('status');
  await press(button(page, 'Train'));
  await until(page, () => /[1-9]\d* of 300 steps/.test(document.getElementById('semantics').textContent));
  await page.getByText('Count and formula agree to the byte.').waitFor({state: 'attached'});
  await press(button(page, 'Pause training'));
  await state.filter({hasText: 'Paused after'}).waitFor({state: 'attached'});
  const held = await state.first().textContent();
  await press(button(page, 'Go on'));
  await until(page, (old) => document.getElementById('semantics').textContent.includes('per second') && !document.getElementById('semantics').textContent.includes(old), held);
  await press(button(page, 'Look inside this model'));
  await expectParam(page, 'lesson', 'inside');
  const copies = (least, most) => until(page, ([from, to]) => {
    const q = globalThis.kvx.quantities().quantities.find((x) => x.id === 'skill_copy');
    return q && q.value >= from && q.value < to;
  }, [least, most]);
  await copies(0, 0.9); // after a few steps it cannot yet
  await set(page, 'lesson', 'lab');
  await press(button(page, 'Back to the shipped model'));
  await button(page, 'Look inside this model').waitFor({state: 'attached'}); // the press is taken by the next frame
  await set(page, 'lesson', 'inside');
  await copies(0.95, 1.01);
});

test('the tour asks, reveals, continues, and is remembered', async () => {
  const {page, context} = await open('?view=learn');
  await press(button(page, 'Take the tour'));
  await expectParam(page, 'tour', '1');
  await rest(page);
  assert.doesNotMatch(await words(page), /Not quite/);
  await press(button(page, 'p'));
  await page.getByText(/^Not quite\. /).first().waitFor({state: 'attached'});
  await press(button(page, 'm, right'));
  await page.getByText(/^Yes\. /).first().waitFor({state: 'attached'});
  await press(button(page, 'Next'));
  await expectParam(page, 'tour', '2');
  await until(page, () => location.search === '?view=learn&tour=2');
  await until(page, () => Object.entries(localStorage).some(([key, text]) => key.startsWith('kvx-session') && JSON.parse(text).query.includes('tour=2')));
  const again = await context.newPage();
  await again.goto(page.url().replace('tour=2', 'tour=1'));
  await modelThere(again);
  await again.getByText(/^Yes\. /).first().waitFor({state: 'attached'});
  await press(button(page, 'Leave'));
  await expectParam(page, 'tour', '0');
});

test('every step of the tour has a clean layout and headings', async () => {
  for (let step = 1; step <= 10; step++) {
    const {page, context} = await open(`?view=learn&tour=${step}`);
    await rest(page);
    assert.deepEqual(await lint(page), [], `step ${step}`);
    assert.ok((await accessible(page)).some((line) => line.startsWith('heading ')), `step ${step}`);
    await context.close();
  }
});

test('missing or damaged weights are reported, and a retry loads them', async () => {
  const {page} = await open('', {allow: [/Failed to load resource/, /registration blocked/], serviceWorkers: 'block'});
  const route = /model\.\w+\.bin$/;
  await page.route(route, (r) => r.fulfill({status: 404, body: ''}));
  await press(page.getByRole('tab', {name: 'Learn', exact: true}));
  await page.getByText(/could not be loaded/).first().waitFor({state: 'attached'});
  assert.deepEqual(await lint(page), []);
  await page.unroute(route);
  await page.route(route, async (r) => {
    const body = await (await r.fetch()).body();
    body[9000] ^= 4;
    await r.fulfill({body});
  });
  await press(button(page, 'Try again'));
  await page.getByText('The model’s file is damaged.').first().waitFor({state: 'attached'});
  await page.unroute(route);
  await press(button(page, 'Try again'));
  await modelThere(page);
});

test('a lab that cannot start says so and leaves the page alone', async () => {
  const {page} = await open('?view=learn&lesson=lab', {allow: [/Failed to load resource/, /lab/, /registration blocked/], serviceWorkers: 'block'});
  await page.route(/lab\.\w+\.js$/, (r) => r.abort());
  await press(button(page, 'Train'));
  await page.getByText(/lab’s program could not be loaded/).first().waitFor({state: 'attached'});
  await page.unroute(/lab\.\w+\.js$/);
  await set(page, 'lesson', 'inside');
  await modelThere(page);
  assert.equal((await quantity(page, 'learn_cache')).value, 18432);
});

test('a head is chosen by its panel, and a cell names its tokens', async () => {
  const {page} = await open('?view=learn&layer=3&head=1');
  await press(page.getByRole('button', {name: /^Explain head 3 of layer 3/}));
  await expectParam(page, 'head', '3');
  await rest(page);
  assert.ok(await page.getByRole('img', {name: /, layer 3, head 3, .*looks most at token/}).count());
});

test('the learn page at rest draws nothing, and is clean for axe', async () => {
  const {page} = await open('?view=learn');
  await nothingHappens(page);
  assert.deepEqual(await axe(page), []);
});

test('on a phone the tabs of the panel reach everything', async () => {
  const {page} = await open('?view=learn', PHONE);
  const tab = (name) => page.getByRole('radiogroup', {name: 'Panel'}).getByRole('radio', {name, exact: true});
  await press(tab('Cache'), ' ');
  await rest(page);
  await press(page.getByRole('radio', {name: 'Quantised', exact: true}), ' ');
  await expectParam(page, 'keep', 'quantised');
  await press(tab('Lab'), ' ');
  await expectParam(page, 'lesson', 'lab');
  await rest(page);
  await button(page, 'Train').waitFor({state: 'attached'});
  await press(tab('Inside'), ' ');
  await expectParam(page, 'lesson', 'inside');
  await rest(page);
  const next = button(page, 'Previous token');
  const box = await next.boundingBox();
  await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  await expectParam(page, 'token', '11');
});

test('the mouse picks a token by its key', async () => {
  const {page} = await open('?view=learn');
  await rest(page);
  await click(page, button(page, 'Previous token'));
  await expectParam(page, 'token', '11');
  const box = await token(page).boundingBox();
  await page.mouse.click(box.x + 8, box.y + box.height / 2);
  await expectParam(page, 'token', '1');
});
