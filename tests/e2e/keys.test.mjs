// Shortcuts, presentation, debug overlay.
import {assert, expectParam, get, lint, open, press, rest, set, test, until} from './harness.mjs';
import {BUTTON} from './names.mjs';

test('? lists every shortcut, and each does what the list says', async () => {
  const {page} = await open('?view=inference&at=1000');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', {name: 'Help'});
  await help.waitFor();
  for (const key of ['Space', '← →', 'Home, End', 'Tab', 'Escape', '[ ]', '- +', '1 2 3 4', 'p', 's', 'r, u', 't', 'd', '?'])
    assert.ok((await help.getByRole('paragraph').allTextContents()).some((line) => line.startsWith(`${key}: `)), key);
  await page.keyboard.press('Escape');
  await help.waitFor({state: 'detached'});

  const order = await page.getByRole('combobox', {name: 'Model', exact: true}).evaluate((el) => [...el.options].map((o) => o.value));
  const at = order.indexOf('llama-3.1-8b');
  await page.keyboard.press(']');
  await expectParam(page, 'model', order[at + 1]);
  await page.keyboard.press('[');
  await expectParam(page, 'model', 'llama-3.1-8b');
  await page.keyboard.press('+');
  await expectParam(page, 'speed', '2');
  await page.keyboard.press('-');
  await expectParam(page, 'speed', '1');
  await page.keyboard.press('-');
  await page.keyboard.press('-');
  await expectParam(page, 'speed', '0.5');
  const theme = await page.evaluate(() => document.documentElement.dataset.theme);
  await page.keyboard.press('t');
  await until(page, (before) => document.documentElement.dataset.theme !== before, theme);
  await page.keyboard.press('2');
  await expectParam(page, 'view', 'training');
  await page.keyboard.press('1');
  await expectParam(page, 'view', 'inference');
  await set(page, 'batch', '7');
  await page.keyboard.press('r');
  await expectParam(page, 'batch', '8');
  await page.keyboard.press('u');
  await expectParam(page, 'batch', '7');
  await page.keyboard.press('s');
  await page.getByRole('dialog', {name: 'Share and export'}).waitFor();
});

test('letters typed into a field stay letters', async () => {
  const {page} = await open('?view=inference&batch=4');
  await rest(page);
  const field = page.getByRole('textbox', {name: 'Batch, number'});
  await field.focus();
  await page.keyboard.type('3rpt?');
  await rest(page);
  assert.equal(await get(page, 'present'), '0');
  assert.equal(await page.getByRole('dialog').count(), 0);
});

test('keys of the browser and of screen readers are left alone', async () => {
  const {page} = await open('');
  await rest(page);
  await page.evaluate(() => { globalThis.__left = []; addEventListener('keydown', (e) => { if (!e.defaultPrevented) globalThis.__left.push(e.key); }); });
  for (const key of ['Control+p', 'Control+s', 'Control+r', 'Alt+1', 'Meta+d', 'F5', 'h', 'k', 'Insert', 'PageDown'])
    await page.evaluate((combination) => {
      const parts = combination.split('+');
      document.body.dispatchEvent(new KeyboardEvent('keydown', {
        key: parts.at(-1), bubbles: true, cancelable: true, ctrlKey: parts.includes('Control'), altKey: parts.includes('Alt'), metaKey: parts.includes('Meta'),
      }));
    }, key);
  assert.deepEqual(await page.evaluate(() => globalThis.__left), ['p', 's', 'r', '1', 'd', 'F5', 'h', 'k', 'Insert', 'PageDown']);
});

test('single keys can be switched off, and stay off', async () => {
  const {page} = await open('');
  await press(page.getByRole('button', {name: BUTTON.help, exact: true}));
  await press(page.getByRole('switch', {name: 'Single-key shortcuts'}), ' ');
  await expectParam(page, 'keys', '0');
  await page.keyboard.press('Escape');
  await rest(page);
  await page.keyboard.press('p');
  await page.keyboard.press('?');
  await rest(page);
  assert.equal(await get(page, 'present'), '0');
  assert.equal(await page.getByRole('dialog').count(), 0);
  await page.reload();
  await until(page, () => globalThis.__ready && globalThis.kvx.get('keys') === '0');
  await page.keyboard.press(' '); // Space stays
  await page.getByRole('button', {name: BUTTON.pause, exact: true}).waitFor();
});

for (const [w, h] of [[1280, 720], [1440, 900], [1920, 1080]]) {
  test(`a presentation fills ${w}×${h} in large type and is left by Escape`, async () => {
    for (const view of ['inference', 'training', 'learn', 'layout']) {
      const {page, context} = await open(`?view=${view}&present=1`, {viewport: {width: w, height: h}});
      await rest(page);
      assert.deepEqual(await lint(page), []);
      assert.equal(await page.getByRole('tab').count(), 0, 'no bar of pages');
      const play = await page.getByRole('button', {name: BUTTON.play, exact: true}).boundingBox();
      assert.ok(play.width >= 44 * Math.min(w / 960, h / 640) - 1, `play is ${play.width} wide`);
      assert.ok(play.y + play.height <= h && play.x >= 0, 'elements lie where they are drawn');
      await page.mouse.click(play.x + play.width / 2, play.y + play.height / 2);
      await page.getByRole('button', {name: BUTTON.pause, exact: true}).waitFor();
      await page.keyboard.press(' ');
      await page.keyboard.press('Escape');
      await expectParam(page, 'present', '0');
      await page.getByRole('tab', {name: 'Inference'}).waitFor({state: 'attached'});
      await context.close();
    }
  });
}

test('a presentation takes the whole screen when a key asks for it', async () => {
  const {page} = await open('');
  await page.keyboard.press('p');
  await until(page, () => document.fullscreenElement !== null);
  await page.evaluate(() => document.exitFullscreen());
  await expectParam(page, 'present', '0');
});

test('the debug overlay shows what a frame costs', async () => {
  const {page} = await open('?view=inference');
  await page.keyboard.press('d');
  const cost = page.getByRole('group', {name: /^Frame timing/});
  await cost.waitFor({state: 'attached'});
  await rest(page);
  const words = await cost.getAttribute('aria-label');
  for (const part of [/frame \d+: [\d.]+ ms/, /\d+ plans/, /\d+ nodes/, /\d+ calls/, /[\d,]+ vertices/, /[\d,]+ allocations/, /[\d.]+ MiB/]) assert.match(words, part);
  await rest(page); // and it does not draw by itself
});

test('a held key acts once, arrow keys repeat', async () => {
  const {page} = await open('?view=inference&at=65536', {colorScheme: 'dark'});
  await rest(page);
  await page.keyboard.down('t');
  for (let i = 0; i < 5; i++) await page.keyboard.down('t'); // repeats
  await page.keyboard.up('t');
  await rest(page);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'light');
  const before = Number(await get(page, 'at'));
  await page.keyboard.down('ArrowLeft');
  await until(page, (old) => Number(globalThis.kvx.get('at')) < old, before);
  const once = Number(await get(page, 'at'));
  await page.keyboard.down('ArrowLeft');
  await until(page, (old) => Number(globalThis.kvx.get('at')) < old, once);
  await page.keyboard.up('ArrowLeft');
});

test('only the primary mouse button presses', async () => {
  const {page} = await open('?view=inference&at=0');
  await rest(page);
  const box = await page.getByRole('button', {name: BUTTON.play, exact: true}).boundingBox();
  for (const button of ['right', 'middle']) await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2, {button});
  await rest(page);
  await page.getByRole('button', {name: BUTTON.play, exact: true}).waitFor();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.getByRole('button', {name: BUTTON.pause, exact: true}).waitFor();
});
