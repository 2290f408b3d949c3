// Zoom, pixel ratios, windows too small for a picture, preferences of contrast and battery.
import {assert, axe, cli, expectParam, figureOf, get, lint, open, pass, press, rest, set, test, until} from './harness.mjs';
import {backingSize} from '../../web/viewport.js';
import {BUTTON, FIGURES} from './names.mjs';

for (const [zoom, w, h] of [['400 % of 1280×1024', 320, 256], ['400 % of 1920×1080', 480, 270], ['a very narrow window', 280, 653]]) {
  test(`${zoom}: figures and controls flow as text in one column`, async () => {
    const {page} = await open('?view=inference&batch=4', {viewport: {width: w, height: h}, deviceScaleFactor: 4});
    await rest(page);
    assert.equal(await page.evaluate(() => document.body.classList.contains('readable')), true);
    await page.getByText('too small for the picture').waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'no sideways scrolling');
    const told = new Map(cli('?view=inference&batch=4').quantities.map((q) => [q.id, q]));
    for (const [name, id] of Object.entries(FIGURES))
      assert.ok((await figureOf(page, name).first().textContent()).includes(told.get(id).text), name);
    await page.getByRole('switch', {name: 'FlashAttention'}).click();
    await expectParam(page, 'fa', '0');
    assert.deepEqual(await axe(page), []);
  });
}

test('a window that grows shows the picture, one that shrinks the text, and nothing is lost', async () => {
  const {page} = await open('?view=inference&batch=4', {viewport: {width: 1280, height: 720}});
  await rest(page);
  await set(page, 'batch', '6');
  const batch = page.getByRole('slider', {name: 'Batch', exact: true});
  await batch.focus();
  await page.setViewportSize({width: 320, height: 256});
  await until(page, () => document.body.classList.contains('readable'));
  await rest(page);
  assert.equal(await batch.evaluate((el) => el === document.activeElement), true, 'the focus stays');
  await page.getByRole('combobox', {name: 'Model', exact: true}).selectOption('gpt-2-124m');
  await expectParam(page, 'model', 'gpt-2-124m');
  await page.setViewportSize({width: 1280, height: 720});
  await until(page, () => document.body.classList.contains('drawn'));
  await rest(page);
  assert.equal(await page.locator('#readable-note').count(), 0);
  assert.equal(await get(page, 'batch'), '6');
  assert.deepEqual(await lint(page), []);
  const box = await page.getByRole('button', {name: BUTTON.play, exact: true}).boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.getByRole('button', {name: BUTTON.pause, exact: true}).waitFor();
});

for (const ratio of [1, 1.5, 2, 3]) {
  test(`at ${ratio} device pixels a CSS pixel the picture has one pixel each`, async () => {
    const {page} = await open('', {viewport: {width: 1000, height: 700}, deviceScaleFactor: ratio});
    await rest(page);
    assert.deepEqual(await page.evaluate(() => [document.getElementById('canvas').width, document.getElementById('canvas').height]), [1000 * ratio, 700 * ratio]);
    // A hairline is one device pixel: below the bar there is a row that is not mixed with its neighbours.
    assert.deepEqual(await lint(page), []);
  });
}

/** Contrast of the drawn words: the share of the text's own colour in the picture of a node. */
const drawn = (page) => page.locator('#canvas').screenshot();

test('more contrast and forced colours change the picture and can be used', async () => {
  const {page} = await open('', {picture: true});
  await rest(page);
  const plain = await drawn(page);
  await page.emulateMedia({contrast: 'more'});
  await rest(page);
  const more = await drawn(page);
  assert.notEqual(Buffer.compare(plain, more), 0);
  assert.deepEqual(await axe(page), []);
  await page.emulateMedia({contrast: null, forcedColors: 'active'});
  await rest(page);
  const forced = await drawn(page);
  assert.notEqual(Buffer.compare(plain, forced), 0);
  const ground = await page.evaluate(() => {
    const probe = document.createElement('span');
    probe.style.color = 'Canvas';
    document.body.append(probe);
    const colour = getComputedStyle(probe).color.match(/\d+/g).slice(0, 3).map(Number);
    probe.remove();
    return colour;
  });
  const corner = await page.evaluate(async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
    const ink = new OffscreenCanvas(1, 1).getContext('2d');
    ink.drawImage(bitmap, -2, -2);
    return [...ink.getImageData(0, 0, 1, 1).data].slice(0, 3);
  }, [...forced]);
  assert.deepEqual(corner, ground, 'the background is the system’s');
  assert.deepEqual(await lint(page), []);
});

test('reduced transparency: dialogs are opaque', async () => {
  const {page} = await open('', {picture: true});
  const session = await page.context().newCDPSession(page);
  const open_ = async (value) => {
    await session.send('Emulation.setEmulatedMedia', {features: [{name: 'prefers-reduced-transparency', value}]});
    await press(page.getByRole('button', {name: BUTTON.help, exact: true}));
    await page.getByRole('dialog').waitFor({state: 'attached'});
    await rest(page);
    const bytes = await page.screenshot({clip: {x: 300, y: 760, width: 700, height: 20}});
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({state: 'detached'});
    return page.evaluate(async (data) => {
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(data)]));
      const ink = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      ink.drawImage(bitmap, 0, 0);
      return new Set(new Uint32Array(ink.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size;
    }, [...bytes]);
  };
  assert.ok(await open_('no-preference') > 1, 'the page shows through');
  assert.equal(await open_('reduce'), 1, 'one plain background');
});

test('a low battery halves the frames of a playing picture', async () => {
  const battery = (level) => `Object.defineProperty(navigator, 'getBattery', {value: () => Promise.resolve(Object.assign(new EventTarget(), {charging: false, level: ${level}}))});`;
  const frames = async (level) => {
    const {page, context} = await open('?view=training&devices=8', {clock: true, init: battery(level), viewport: {width: 700, height: 400}});
    await page.keyboard.press(' ');
    await until(page, (name) => [...document.querySelectorAll('#semantics button')].some((el) => el.textContent === name), BUTTON.pause);
    const before = await page.evaluate(() => globalThis.__count.frames);
    await pass(page, 1600);
    const count = await page.evaluate((from) => globalThis.__count.frames - from, before);
    await context.close();
    return count;
  };
  const full = await frames(1), low = await frames(0.1);
  assert.ok(full >= 99 && full <= 101, `${full} frames in 100 of the display`);
  assert.ok(low >= 49 && low <= 51, `${low} of ${full} frames`);
});

test('a very large window is drawn with fewer pixels, never less than one a CSS pixel', () => {
  const size = (w, h, ratio, phone = false) => backingSize({w, h}, {w: w * ratio, h: h * ratio}, phone);
  assert.deepEqual(size(1440, 900, 2), {w: 2880, h: 1800});
  assert.deepEqual(size(3008, 1692, 2), {w: 6016, h: 3384}, 'a 6K screen is exact');
  assert.deepEqual(size(7680, 4320, 2), {w: 7680, h: 4320});
  const eightK = size(3840, 2160, 2);
  assert.ok(eightK.w * eightK.h <= 20.5e6 && eightK.w > 3840);
  assert.deepEqual(size(390, 844, 3, true), {w: 780, h: 1688}, 'a phone: two a CSS pixel');
});
