// Where the focus is and what is said, for people who use the keyboard and do not see the picture.
import {assert, expectParam, figureOf, get, open, press, rest, test, until} from './harness.mjs';

const button = (page, name) => page.getByRole('button', {name});
const focused = (page) => page.evaluate(() => document.activeElement?.dataset?.id ?? document.activeElement?.id ?? '');
/** The focus is on a thing of the page: not on its root, and not nowhere. */
async function keepsFocus(page, what) {
  await rest(page);
  const id = await focused(page);
  assert.ok(id && id !== 'app' && id !== 'page', `${what}: the focus is on "${id}"`);
  return id;
}
/** What is said from now on. */
async function listen(page) {
  await page.evaluate(() => {
    globalThis.__said = [];
    for (const id of ['say-polite', 'say-assertive']) {
      const region = document.getElementById(id);
      new MutationObserver(() => globalThis.__said.push(region.textContent.trim())).observe(region, {childList: true, characterData: true, subtree: true});
    }
  });
}
const hears = (page, pattern) => until(page, (source) => globalThis.__said.some((words) => new RegExp(source).test(words)), pattern.source);
const said = (page) => page.evaluate(() => globalThis.__said);

test('a saving, an insight and an answer keep the focus and say what is so now', async () => {
  const {page} = await open('?view=inference&model=llama-3.1-70b&gpu=h100-sxm-80gb&batch=8&context=131072');
  await rest(page);
  await listen(page);
  for (let i = 0; i < 6; i++) {
    const remedy = page.locator('#semantics [data-id^="remedy."]').first();
    if (!await remedy.count()) break;
    await press(remedy);
    await keepsFocus(page, `saving ${i + 1}`);
  }
  await hears(page, /(FP8|devices).*(It fits|Needs|fit)/);
  await page.goto(`${page.url().split('?')[0]}?view=inference&show=insights`);
  await until(page, () => globalThis.__ready === true);
  await rest(page);
  await listen(page);
  await press(page.locator('#semantics [data-id^="insight."]').first());
  assert.equal(await keepsFocus(page, 'an insight'), 'stage');
  await hears(page, /\. (It fits|Needs|Not even|This split)/);
});

test('training: applying a saving keeps the focus, and leaving an overfull page claims nothing', async () => {
  const {page} = await open('?view=training&model=llama-3.1-70b&devices=8');
  await rest(page);
  await listen(page);
  await press(button(page, /^Apply /).first());
  assert.match(await keepsFocus(page, 'Apply'), /^apply\.|savings/);
  await hears(page, /(Does not fit|It fits|too much).*One step takes/);
  await page.evaluate(() => { globalThis.__said.length = 0; });
  await page.keyboard.press('1');
  await expectParam(page, 'view', 'inference');
  await rest(page);
  await hears(page, /^Inference: /);
  assert.deepEqual((await said(page)).filter((words) => /fits again|percent full/.test(words)), []);
});

test('the tour, the drawer, a notice and a list give the focus on', async () => {
  const {page} = await open('?view=learn');
  await press(button(page, 'Take the tour'));
  assert.equal(await keepsFocus(page, 'the tour'), 'tour.title');
  await page.setViewportSize({width: 1000, height: 800});
  await page.keyboard.press('1');
  await expectParam(page, 'view', 'inference');
  await rest(page);
  await press(page.getByRole('button', {name: 'Controls', exact: true}));
  assert.equal(await keepsFocus(page, 'the drawer'), 'drawer.close');
  await page.keyboard.press('Enter');
  assert.equal(await keepsFocus(page, 'the closed drawer'), 'drawer.open');
  await page.setViewportSize({width: 1440, height: 900});
  await rest(page);
  const field = page.getByRole('textbox', {name: 'Batch, number'});
  await field.fill('many');
  await field.press('Enter');
  await rest(page);
  assert.equal(await field.getAttribute('aria-invalid'), 'true', 'what was refused is marked');
  await press(button(page, 'Dismiss'));
  assert.equal(await keepsFocus(page, 'a notice'), await field.getAttribute('data-id'), 'back to where it came from');
  await field.fill('4');
  await field.press('Enter');
  await rest(page);
  assert.equal(await field.getAttribute('aria-invalid'), null);
});

test('few stops: a link skips to the controls, F6 goes through the regions, and figures are one stop', async () => {
  const {page} = await open('?view=inference&model=deepseek-v3&gpu=h200-sxm-141gb&devices=8');
  await rest(page);
  let keys = 0;
  const key = async (name) => { keys++; await page.keyboard.press(name); };
  await key('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to the controls');
  await key('Enter');
  while (await focused(page) !== 'model' && keys < 12) await key('Tab');
  assert.equal(await focused(page), 'model');
  assert.ok(keys <= 10, `${keys} keys to the model`);
  const region = () => page.evaluate(() => document.activeElement?.closest('[role=region], [role=tablist]')?.getAttribute('aria-label'));
  const passed = new Set([await region()]);
  for (let i = 0; i < 5; i++) {
    await page.keyboard.press('Shift+F6');
    passed.add(await region());
  }
  for (let i = 0; i < 5; i++) {
    await page.keyboard.press('F6');
    passed.add(await region());
  }
  for (const name of ['Controls', 'Figures', 'Timeline', 'Pages']) assert.ok(passed.has(name), `${name} of ${[...passed].join(', ')}`);
  const figures = page.getByRole('region', {name: 'Figures'}).locator('[data-name]');
  assert.equal(await figures.evaluateAll((all) => all.filter((el) => el.tabIndex === 0).length), 1, 'one stop');
  await figureOf(page, 'Weights').first().focus();
  await page.keyboard.press('ArrowDown');
  assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /^KV cache: /);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({state: 'attached'});
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({state: 'detached'});
  assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /^KV cache: /, 'the opener has the focus again');
});

test('the window’s title names the page and what it shows', async () => {
  const {page} = await open('?view=inference&model=llama-3.1-8b&gpu=h100-sxm-80gb');
  await until(page, () => /^Inference: Llama-3\.1-8B on H100 .* · KV Cache Explorer$/.test(document.title));
  await page.keyboard.press('2');
  await until(page, () => /^Training: /.test(document.title));
  assert.equal(await get(page, 'view'), 'training');
});

/** Keys pressed one after the other, each once the page has answered the last. */
function typist(page) {
  let count = 0;
  const press = async (...keys) => {
    for (const key of keys) {
      await page.keyboard.press(key);
      await rest(page);
      count++;
    }
  };
  const name = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');
  /** Tab until a control is reached. */
  const to = async (pattern, key = 'Tab') => {
    while (!pattern.test(await name())) {
      assert.ok(count < 40, `${pattern} is not reached; focus is on “${(await name()).slice(0, 60)}”`);
      await press(key);
    }
  };
  return {press, to, count: () => count};
}

/** @type {Record<string, [string, (me: ReturnType<typeof typist>, page: import('playwright-core').Page) => Promise<void>]>} */
const TASKS = {
  'DeepSeek-V3 on 8 H200': ['?view=inference', async ({press, to}, page) => {
    await press('Tab', 'Enter');
    await to(/^Model$/);
    await press('k', 'v', '3', 'Enter');
    await to(/^Device$/);
    await press('h', '2', '0', '0', 'Enter');
    await to(/^Devices, number$/);
    await press('8', 'Enter');
    assert.deepEqual([await get(page, 'model'), await get(page, 'gpu'), await get(page, 'devices')], ['deepseek-v3', 'h200-sxm-141gb', '8']);
  }],
  '1M context and batch 16': ['?view=inference', async ({press, to}, page) => {
    await press('Tab', 'Enter');
    await to(/^Maximum context, number$/);
    await press('1', 'M', 'Enter');
    await to(/^Batch, number$/);
    await press('1', '6', 'Enter');
    assert.deepEqual([await get(page, 'context'), await get(page, 'batch')], ['1000000', '16']);
  }],
  'the cache per token': ['?view=inference', async ({press, to}, page) => {
    await to(/^Memory needed/, 'F6');
    await press('End', 'Enter');
    await page.getByRole('dialog').getByText(/131,072 B|128\.0 KiB/).first().waitFor({state: 'attached'});
  }],
  'the cheapest saving': ['?view=inference&batch=4', async ({press, to}, page) => {
    await to(/^Stage$/, 'F6');
    await to(/^Switch to FP8: Store the cache/);
    await press('Enter');
    assert.equal(await get(page, 'kv'), 'fp8');
  }],
  'the tour to step 4': ['?view=inference', async ({press, to}, page) => {
    await press('3');
    await to(/^Prompt$/, 'F6');
    await to(/^Take the tour$/);
    await press('Enter');
    for (let step = 1; step < 4; step++) {
      await to(/^Next$/);
      await press('Enter');
    }
    assert.equal(await get(page, 'tour'), '4');
  }],
};
for (const [task, [query, run]] of Object.entries(TASKS)) {
  test(`by keyboard alone, at most 20 keys: ${task}`, async () => {
    const {page} = await open(query);
    await rest(page);
    const me = typist(page);
    await run(me, page);
    assert.ok(me.count() <= 20, `${me.count()} keys`);
  });
}
