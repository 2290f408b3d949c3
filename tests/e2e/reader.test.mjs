// The main journeys as a screen reader meets them: the browser's accessibility tree at each stop beside the one in reading/, and what is
// announced on the way. Numbers stand as #, the entries of long lists are left out. After an intended change: READING=write node tests/e2e/run.mjs reader
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {assert, expectParam, figureOf, open, PHONE, press, rest, ROOT, set, test, until} from './harness.mjs';
import {BUTTON} from './names.mjs';

const FOLDER = join(ROOT, 'tests/e2e/reading');
const WRITE = process.env.READING === 'write';

/** The tree below the app as text: role, name, state. @param {import('playwright-core').Page} page @param {string} name */
async function reads(page, name) {
  await rest(page);
  const tree = (await page.locator('#app').ariaSnapshot()).replace(/^ *- (option .*|\/url: .*)\n?/gm, '').replace(/\d[\d,.]*/g, '#').replace(/[ \t]+$/gm, '');
  assert.doesNotMatch(tree, /^\s*- (button|slider|combobox|switch|radio|textbox|searchbox|tab|figure|img|link)(:|$| \[)/m, 'everything has a name');
  const file = join(FOLDER, `${name}.txt`);
  if (WRITE) {
    mkdirSync(FOLDER, {recursive: true});
    writeFileSync(file, `${tree}\n`);
  }
  assert.ok(existsSync(file), `${file} is missing`);
  assert.equal(`${tree}\n`, readFileSync(file, 'utf8'), `${name}: what is read has changed`);
}

/** Everything the live regions say from now on. */
const listen = (page) => page.evaluate(() => {
  globalThis.__told = [];
  for (const id of ['say-polite', 'say-assertive']) {
    const region = document.getElementById(id);
    new MutationObserver(() => { if (region.textContent.trim()) globalThis.__told.push(region.textContent.trim()); }).observe(region, {childList: true, characterData: true, subtree: true});
  }
});
const told = (page) => page.evaluate(() => globalThis.__told.splice(0));

for (const [name, query, options] of [
  ['inference', '?view=inference', {}], ['training', '?view=training&devices=8', {}], ['learn', '?view=learn', {}], ['lab', '?view=learn&lesson=lab', {}], ['layout', '?view=layout', {}],
  ['fits', '?view=inference&show=fits&model=llama-3.1-405b&gpu=h100-sxm-80gb&batch=4', {}], ['tables', '?view=inference&show=tables', {}],
  ['inference-phone', '?view=inference', PHONE], ['cluster', '?view=inference&devices=8', {}], ['over-capacity', '?view=inference&model=llama-3.1-405b&gpu=t4-16gb', {}],
]) {
  test(`reading the page in order: ${name}`, async () => {
    const {page} = await open(query, options);
    await reads(page, name);
    const names = await page.locator('#semantics button:not([role], [data-name])').evaluateAll((all) => all.map((el) => el.textContent));
    assert.deepEqual(names.filter((one, i) => names.indexOf(one) !== i), [], 'no two buttons are called the same');
    const levels = await page.getByRole('heading').evaluateAll((all) => all.filter((el) => el.checkVisibility()).map((el) => Number(el.tagName[1])));
    assert.equal(levels[0], 1, 'the first heading is the page');
    assert.ok(levels.every((level, i) => i === 0 || level <= levels[i - 1] + 1), `no level is left out: ${levels}`);
  });
}

test('asking what a figure means, and going back', async () => {
  const {page} = await open('?view=inference');
  await listen(page);
  const figure = figureOf(page, 'KV cache').first();
  await press(figure);
  await page.getByRole('dialog').waitFor({state: 'attached'});
  await reads(page, 'explanation');
  await page.keyboard.press('Escape');
  await until(page, () => document.activeElement?.getAttribute('aria-label')?.startsWith('KV cache: '));
});

test('a change is announced as the control’s new value, a refusal as a sentence, full memory at once', async () => {
  const {page} = await open('?view=inference&model=llama-3.1-8b&batch=1&context=8192');
  await rest(page);
  await listen(page);
  const batch = page.getByRole('slider', {name: 'Batch', exact: true});
  await batch.focus();
  await batch.press('ArrowRight');
  await rest(page);
  assert.equal(await batch.getAttribute('aria-valuetext').then((text) => /2/.test(text)), true);
  assert.deepEqual(await told(page), [], 'the control itself says it');
  const field = page.getByRole('textbox', {name: 'Batch, number'});
  await field.fill('-4');
  await field.press('Enter');
  await rest(page);
  const refusal = await told(page);
  assert.equal(refusal.length, 1, refusal.join(' | '));
  assert.match(refusal[0], /-4/);
  await set(page, 'model', 'llama-3.1-405b');
  await rest(page);
  const full = await told(page);
  assert.deepEqual(full.map((text) => /^Memory is full\. Needs \d+ devices/.test(text)), [true], full.join(' | '));
});

test('playing is announced when it starts and stops, and is quiet between', async () => {
  const {page} = await open('?view=inference&at=0&context=131072&speed=10');
  await rest(page);
  await listen(page);
  await press(page.getByRole('button', {name: BUTTON.play, exact: true}));
  await until(page, () => Number(globalThis.kvx.get('at')) > 20000);
  assert.deepEqual(await told(page), ['Playing']);
  await page.keyboard.press('Enter');
  await rest(page);
  const stop = await told(page);
  assert.equal(stop.length, 1, stop.join(' | '));
  assert.match(stop[0], /^Paused at [\d,]+ tokens, [\d.]+ GiB$/);
});

test('from page to page by the keyboard: the tab says which page is open', async () => {
  const {page} = await open('?view=inference');
  await rest(page);
  const tabs = page.getByRole('tab');
  await tabs.first().focus();
  for (const view of ['training', 'learn', 'layout']) {
    await page.keyboard.press('ArrowRight');
    await expectParam(page, 'view', view);
    await rest(page);
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-selected')), 'true', view);
    assert.ok((await page.title()).length > 5);
  }
});
