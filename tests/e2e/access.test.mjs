import {accessible, assert, axe, expectParam, figureOf, get, lint, open, PHONE, press, rest, test, until} from './harness.mjs';
import {BUTTON, SLIDER} from './names.mjs';

for (const [name, query, options] of [
  ['dark', '', {colorScheme: 'dark'}], ['light', '', {colorScheme: 'light'}], ['a phone', '', PHONE],
  ['over capacity', '?view=inference&model=llama-3.1-405b&gpu=t4-16gb', {}], ['a refused value', '?model=nothing', {}],
  ['training', '?view=training&devices=8', {}], ['training in light', '?view=training&devices=8', {colorScheme: 'light'}], ['training on a phone', '?view=training', PHONE],
  ['learn', '?view=learn', {}], ['learn in light', '?view=learn', {colorScheme: 'light'}], ['the lab', '?view=learn&lesson=lab', {}], ['layout in light', '?view=layout', {colorScheme: 'light'}],
  ['a presentation', '?view=inference&present=1', {}], ['many devices', '?view=inference&devices=128&model=llama-3.1-405b', {}],
]) {
  test(`axe finds nothing: ${name}`, async () => {
    const {page} = await open(query, options);
    await rest(page);
    assert.deepEqual(await axe(page), []);
  });
}

test('axe finds nothing in what opens', async () => {
  const {page} = await open();
  await press(page.getByRole('button', {name: BUTTON.help, exact: true}));
  await page.getByRole('dialog').waitFor({state: 'attached'});
  assert.deepEqual(await axe(page), [], 'help');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({state: 'detached'});
  await press(figureOf(page, 'Weights').first());
  await page.getByRole('dialog').waitFor({state: 'attached'});
  assert.deepEqual(await axe(page), [], 'explanation');
});

test('Tab reaches every control once, in reading order, and leaves the page', async () => {
  const {page} = await open();
  await rest(page);
  const expected = await page.evaluate(() => [...document.querySelectorAll('#semantics button, #semantics input, #semantics select, #semantics a, #semantics [tabindex]')]
    .filter((el) => el.tabIndex >= 0).map((el) => el.dataset.id));
  assert.ok(expected.length > 20);
  const reached = [];
  await page.evaluate(() => { /** @type {HTMLElement} */ (document.activeElement)?.blur?.(); });
  for (let i = 0; i < expected.length + 3; i++) {
    await page.keyboard.press('Tab');
    const id = await page.evaluate(() => document.activeElement?.dataset?.id ?? null);
    if (id === null && reached.length) break;
    if (id !== null) reached.push(id);
  }
  assert.deepEqual(reached, expected);
});

test('a focused control is shown with a ring', async () => {
  const {page} = await open();
  for (let i = 0; i < 3; i++) await page.keyboard.press('Tab');
  const ring = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return `${style.outlineStyle} ${style.outlineWidth} ${style.opacity}`;
  });
  assert.equal(ring, 'solid 2px 1');
});

test('an element focused outside its scroll area scrolls into view', async () => {
  const {page} = await open('', {viewport: {width: 1280, height: 720}});
  const last = page.getByRole('combobox', {name: 'Block', exact: true});
  await last.focus();
  await rest(page);
  const box = await last.boundingBox();
  assert.ok(box.y > 50 && box.y + box.height < 720, `stands at ${box.y}`);
});

test('the keyboard plays, moves and closes', async () => {
  const {page} = await open('?view=inference&context=131072&at=65536&batch=2');
  await page.keyboard.press(' ');
  await page.getByRole('button', {name: BUTTON.pause, exact: true}).waitFor();
  await page.keyboard.press(' ');
  await page.getByRole('button', {name: BUTTON.play, exact: true}).waitFor();
  await page.keyboard.press('Home');
  await expectParam(page, 'at', '0');
  await page.keyboard.press('End');
  await expectParam(page, 'at', '131072');
  const slider = page.getByRole('slider', {name: SLIDER.position, exact: true});
  await slider.focus();
  const before = Number(await get(page, 'at'));
  await slider.press('ArrowLeft');
  await until(page, (b) => Number(globalThis.kvx.get('at')) < b, before);
  await press(page.getByRole('button', {name: BUTTON.help, exact: true}));
  await page.getByRole('dialog').waitFor({state: 'attached'});
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({state: 'detached'});
});

test('an open dialog holds the focus and makes the rest inert', async () => {
  const {page} = await open();
  assert.ok((await accessible(page)).includes(`button ${BUTTON.play}`));
  await press(page.getByRole('button', {name: BUTTON.help, exact: true}));
  const dialog = page.getByRole('dialog');
  await dialog.waitFor({state: 'attached'});
  await until(page, () => document.activeElement?.closest('[role=dialog]'));
  const offered = await accessible(page);
  assert.ok(offered.some((node) => node.startsWith('dialog ')), 'the dialog is there');
  assert.ok(!offered.includes(`button ${BUTTON.play}`), 'the rest is out of reach');
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press('Tab');
    const where = await page.evaluate(() => document.activeElement === document.body || Boolean(document.activeElement.closest('[role=dialog]')));
    assert.ok(where, 'Tab stays in the dialog or goes to the browser');
  }
});

test('the browser keeps its keys', async () => {
  const {page} = await open();
  const taken = await page.evaluate(() => {
    const keys = [['Tab'], ['F5'], ['F1'], ['F12'], ['r', {ctrlKey: true}], ['=', {ctrlKey: true}], ['-', {ctrlKey: true}], ['l', {ctrlKey: true}], ['f', {metaKey: true}], ['ArrowLeft', {altKey: true}], ['c', {ctrlKey: true}]];
    const out = [];
    for (const target of [document.body, document.querySelector('#semantics button'), document.querySelector('#semantics input[type=range]')]) {
      for (const [key, more] of keys) {
        const event = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true, ...more});
        target.dispatchEvent(event);
        if (event.defaultPrevented) out.push(`${key} on ${target.tagName}`);
      }
    }
    const field = document.querySelector('#semantics input.v');
    for (const key of ['Backspace', 'ArrowLeft', ' ', 'a', 'Home', 'Delete']) {
      const event = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
      field.focus();
      field.dispatchEvent(event);
      if (event.defaultPrevented) out.push(`${key} in a field`);
    }
    const wheel = new WheelEvent('wheel', {deltaY: 10, ctrlKey: true, bubbles: true, cancelable: true});
    document.getElementById('canvas').dispatchEvent(wheel);
    if (wheel.defaultPrevented) out.push('Ctrl+wheel');
    return out;
  });
  assert.deepEqual(taken, []);
});

test('a refused entry does not stay in its field, and the same mistake is reported again', async () => {
  const {page} = await open('?view=inference&batch=4');
  await rest(page);
  await page.evaluate(() => {
    globalThis.__told = [];
    const region = document.getElementById('say-assertive');
    new MutationObserver(() => globalThis.__told.push(region.textContent.trim())).observe(region, {childList: true, characterData: true, subtree: true});
  });
  const field = page.getByRole('textbox', {name: 'Batch, number', exact: true});
  for (let i = 1; i <= 2; i++) {
    await field.fill('many');
    await field.press('Enter');
    await until(page, (n) => globalThis.__told.length === n, i);
    await field.blur();
    assert.equal(await field.inputValue(), '4');
  }
  assert.match((await page.evaluate(() => globalThis.__told))[1], /many/);
  await field.fill('9');
  await field.blur();
  await expectParam(page, 'batch', '9');
  await until(page, () => document.querySelector('#semantics input[aria-label="Batch, number"]').value === '9');
});

test('typing in a field is not disturbed while the picture moves', async () => {
  const {page} = await open('?view=inference&context=100000000&at=0&batch=2&speed=1');
  const field = page.getByRole('textbox', {name: 'Batch, number', exact: true});
  await press(page.getByRole('button', {name: BUTTON.play, exact: true}));
  await field.fill('');
  for (const digit of '12') {
    await field.press(digit);
    await until(page, (before) => globalThis.__count.frames > before + 5, await page.evaluate(() => globalThis.__count.frames));
  }
  assert.equal(await field.inputValue(), '12');
  assert.equal(await field.evaluate((el) => el === document.activeElement), true);
  await field.press('Enter');
  await expectParam(page, 'batch', '12');
});

test('the focus stays on its element while everything is updated', async () => {
  const {page} = await open('?view=inference&context=1000000&at=0&batch=4&speed=1');
  const play = page.getByRole('button', {name: BUTTON.play, exact: true});
  await press(play);
  await until(page, () => Number(globalThis.kvx.get('at')) > 20000);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), BUTTON.pause);
  await page.keyboard.press('Enter');
  await play.waitFor();
});

test('reduced motion: nothing plays by itself and nothing moves at rest', async () => {
  const {page} = await open('', {reducedMotion: 'reduce'});
  await rest(page);
  assert.equal(await page.getByRole('button', {name: BUTTON.pause, exact: true}).count(), 0);
  await page.getByRole('switch', {name: 'FlashAttention'}).press(' ');
  await rest(page);
  assert.equal(await page.evaluate(() => matchMedia('(prefers-reduced-motion: reduce)').matches), true);
});

test('forced colours and a changed scheme are followed', async () => {
  const {page} = await open('', {colorScheme: 'dark'});
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await page.emulateMedia({colorScheme: 'light'});
  await until(page, () => document.documentElement.dataset.theme === 'light');
  await page.emulateMedia({forcedColors: 'active'});
  await rest(page);
  assert.deepEqual((await lint(page)).map((f) => f.kind), []);
  const seen = await page.evaluate(() => [...document.querySelectorAll('#semantics .t')].filter((el) => !/^rgba\(0, 0, 0, 0\)$/.test(getComputedStyle(el).color)).length);
  assert.equal(seen, 0, 'the transparent layer stays transparent');
});

test('the theme button changes the page and is remembered', async () => {
  const {page} = await open('', {colorScheme: 'dark'});
  await press(page.getByRole('button', {name: BUTTON.theme}));
  await until(page, () => document.documentElement.dataset.theme === 'light');
  const colour = await page.locator('meta[name=theme-color]').first().getAttribute('content');
  await rest(page);
  await page.reload();
  await until(page, () => document.documentElement.dataset.theme === 'light' && globalThis.__ready === true);
  assert.equal(await page.locator('meta[name=theme-color]').first().getAttribute('content'), colour);
});

test('start, stop and refusals are spoken', async () => {
  const {page} = await open('?view=inference&at=0&context=131072');
  await page.keyboard.press(' ');
  await until(page, () => /Playing/.test(document.getElementById('say-polite').textContent));
  await page.keyboard.press(' ');
  await until(page, () => /Paused at/.test(document.getElementById('say-polite').textContent));
});
