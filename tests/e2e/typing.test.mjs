// No text field loses a letter, however slowly or quickly one types and however late the app's answer comes.
import {PHONE, assert, click, expectParam, get, lint, open, pass, press, rest, set, test} from './harness.mjs';
import {BUTTON} from './names.mjs';

const FIELD = '#semantics input:is([type=text], [type=search])';
const DELAYS = [20, 80, 300];
const MIXED = [20, 20, 80, 20, 300, 20]; // ms a key
const combobox = (page, name) => page.getByRole('combobox', {name, exact: true});
const search = (page) => page.getByRole('searchbox').or(page.getByRole('combobox', {name: 'Search', exact: true}));

/** Types letter by letter on the test's own clock; after each one the field holds everything typed so far. */
async function type(page, words, delay, what) {
  let typed = '';
  for (const [i, letter] of [...words].entries()) {
    await page.keyboard.press(letter === ' ' ? 'Space' : letter);
    await pass(page, Array.isArray(delay) ? delay[i] : delay);
    typed += letter;
    assert.equal(await page.evaluate(() => document.activeElement?.value), typed, `${what} at ${delay} ms a key`);
  }
}

/** While the app plays, its mirror follows ten times a second: the echo of a letter comes after the next one. */
const PAGES = [
  ['inference', '?view=inference&context=1000000&at=0&speed=0.5'],
  ['inference, many devices', '?view=inference&devices=8&at=0&speed=0.5'],
  ['inference, own device', '?view=inference&device=own&at=0&speed=0.5'],
  ['training', '?view=training&devices=8'],
  ['learn', '?view=learn&token=1&speed=0.5'],
  ['training lab', '?view=learn&lesson=lab'],
  ['layout', '?view=layout&at=0&speed=0.5'],
  ['layout of the small model', '?view=layout&source=small'],
];
for (const [what, query] of PAGES) {
  test(`every text field keeps every letter: ${what}`, async () => {
    const {page} = await open(query, {clock: true});
    const ids = await page.locator(FIELD).evaluateAll((fields) => fields.map((el) => el.dataset.id));
    const play = page.getByRole('button', {name: BUTTON.play, exact: true});
    for (const id of ids) {
      const field = page.locator(`${FIELD}[data-id="${id}"]`);
      if (await play.count()) await press(play);
      await field.focus();
      await field.selectText();
      await type(page, 'ab3-1x', MIXED, id);
      assert.equal(await field.inputValue(), 'ab3-1x', id);
    }
    assert.ok(ids.length > 0 || what === 'training lab' || what.startsWith('layout'), 'there is a field');
  });
}

const OPENERS = {
  async mouse(page, name) { await click(page, combobox(page, name)); },
  async keys(page, name) { await press(combobox(page, name)); },
  async touch(page, name) {
    const {x, y, width, height} = await combobox(page, name).boundingBox();
    await page.touchscreen.tap(x + width / 2, y + height / 2);
  },
};
for (const [how, openPicker] of Object.entries(OPENERS)) {
  test(`a list opened by ${how} is searched at once, by any part, and Enter takes the first`, async () => {
    const {page} = await open('?view=inference&at=0', {clock: true, ...(how === 'touch' ? {...PHONE, isMobile: false} : {})});
    for (const [name, id, words, delay, found] of [
      ['Model', 'model', 'qwen3-235b-a22b', DELAYS[0], 'qwen3-235b-a22b'],
      ['Model', 'model', 'Llama3.1 70b', DELAYS[1], 'llama-3.1-70b'],
      ['Device', 'device', 'h200', DELAYS[2], 'h200-sxm-141gb'],
      ['Device', 'device', '4090', DELAYS[0], 'rtx-4090-24gb'],
    ]) {
      await openPicker(page, name);
      await rest(page);
      assert.equal(await page.evaluate(() => document.activeElement?.type), 'search', 'the field has the focus');
      await type(page, words, delay, name);
      await page.keyboard.press('Enter');
      await expectParam(page, id, found);
      await rest(page);
      assert.equal(await page.getByRole('dialog').count(), 0);
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), name, 'back to the opener');
    }
    assert.equal(await get(page, 'view'), 'inference', 'no digit chose a page');
  });
}

test('letters typed on a closed list open its search and are all kept', async () => {
  const {page} = await open('?view=inference&at=0', {clock: true});
  for (const delay of [0, 20, 300]) {
    await combobox(page, 'Device').focus();
    for (const letter of 'h200') {
      await page.keyboard.press(letter);
      if (delay) await pass(page, delay);
    }
    await rest(page);
    assert.equal(await search(page).inputValue(), 'h200', `${delay} ms a key`);
    await page.keyboard.press('Enter');
    await expectParam(page, 'device', 'h200-sxm-141gb');
    await rest(page);
    await set(page, 'device', 'h100-sxm-80gb');
  }
  await press(combobox(page, 'Device'), 'ArrowDown'); // and arrows still choose at once
  await rest(page);
  assert.notEqual(await get(page, 'device'), 'h100-sxm-80gb');
});

test('arrow keys walk through what was found, Escape returns without a change', async () => {
  const {page} = await open('?view=inference&at=0', {clock: true});
  await click(page, combobox(page, 'Device'));
  await rest(page);
  await type(page, 'h100', 20, 'search');
  await rest(page);
  const active = () => search(page).evaluate((el) => document.getElementById(el.getAttribute('aria-activedescendant'))?.textContent);
  assert.equal(await active(), 'NVIDIA H100 SXM 80GB');
  await page.keyboard.press('ArrowDown');
  await rest(page);
  assert.equal(await active(), 'NVIDIA H100 PCIe 80GB');
  assert.deepEqual(await lint(page), []);
  await page.keyboard.press('Enter');
  await expectParam(page, 'device', 'h100-pcie-80gb');
  await rest(page);
  await click(page, combobox(page, 'Device'));
  await rest(page);
  const list = await page.getByRole('listbox').boundingBox();
  await page.mouse.move(list.x + 40, list.y + 40);
  await page.mouse.wheel(0, 300);
  await rest(page);
  await type(page, '4090', 20, 'search after scrolling');
  await page.keyboard.press('Escape');
  await rest(page);
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Device');
  await expectParam(page, 'device', 'h100-pcie-80gb');
});

test('single keys are mute while something is open', async () => {
  const {page} = await open('?view=inference&at=1000', {clock: true});
  const mute = async (what) => {
    await page.evaluate(() => document.activeElement?.blur()); // Space would press a button
    for (const key of ['2', 'p', 't', ']', '+', 'r', 'Space', 'End']) {
      await page.keyboard.press(key);
      await pass(page, 32);
    }
    assert.deepEqual(await page.evaluate(() => ['view', 'present', 'model', 'speed', 'at'].map((id) => globalThis.kvx.get(id))),
      ['inference', '0', 'llama-3.1-8b', '1', '1000'], what);
  };
  await click(page, combobox(page, 'Model'));
  await rest(page);
  await mute('a list');
  await page.keyboard.press('Escape');
  await rest(page);
  await press(page.getByRole('button', {name: BUTTON.help, exact: true}));
  await rest(page);
  await mute('the help');
  await page.keyboard.press('Escape');
  await rest(page);
  const figure = page.locator('#semantics [data-name]').first();
  await press(figure);
  await rest(page);
  assert.equal(await page.getByRole('dialog').count(), 1);
  await mute('an explanation');
  await page.keyboard.press('Escape');
  await rest(page);
  await page.keyboard.press('2');
  await expectParam(page, 'view', 'training');
});
