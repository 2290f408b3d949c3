import {assert, expectParam, fingers, open, PHONE, phone, press, rest, test, until} from './harness.mjs';
import {BUTTON, SHEET} from './names.mjs';

test('a tap plays', async () => {
  const {page} = await open('?view=inference&at=0&speed=5', PHONE);
  const box = await page.getByRole('button', {name: BUTTON.play, exact: true}).boundingBox();
  assert.ok(box.width >= 44 && box.height >= 44);
  await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  await page.getByRole('button', {name: BUTTON.pause, exact: true}).waitFor();
  await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  await page.getByRole('button', {name: BUTTON.play, exact: true}).waitFor();
});

test('the sheet follows the finger and rests', async () => {
  const {page} = await open('', PHONE);
  await rest(page);
  const finger = await fingers(page);
  const handle = page.getByRole('button', {name: /panel$/}).first();
  const start = await handle.boundingBox();
  await finger.drag(195, start.y + 10, start.y - 250);
  await rest(page);
  const raised = await handle.boundingBox();
  assert.ok(raised.y < start.y - 150, `from ${start.y} to ${raised.y}`);
  await finger.drag(195, raised.y + 10, 820);
  await rest(page);
  const lowered = await handle.boundingBox();
  assert.ok(lowered.y > raised.y + 150, `from ${raised.y} to ${lowered.y}`);
});

test('the sheet scrolls under the finger without changing a control', async () => {
  const {page} = await open('', PHONE);
  await rest(page);
  const before = await page.evaluate(() => JSON.stringify(globalThis.kvx.quantities().inputs));
  const raise = page.getByRole('button', {name: SHEET.raise, exact: true});
  if (await raise.count()) await press(raise);
  await rest(page);
  const finger = await fingers(page);
  const row = page.getByRole('switch', {name: 'Continuous batching'});
  const from = (await row.boundingBox()).y;
  await finger.drag(120, 640, 420);
  await rest(page);
  const to = (await row.boundingBox()).y;
  assert.ok(to < from - 60, `the content moved from ${from} to ${to}`);
  assert.equal(await page.evaluate(() => JSON.stringify(globalThis.kvx.quantities().inputs)), before);
});

test('two fingers break nothing', async () => {
  const {page} = await open('', PHONE);
  await rest(page);
  const finger = await fingers(page);
  await finger.pinch(195, 250, 30, 120);
  await rest(page);
  assert.equal(await page.evaluate(() => visualViewport.scale), 1);
  await page.touchscreen.tap(195, 250);
  await rest(page);
});

test('the backing store keeps to two pixels a CSS pixel and 4 Mpx', async () => {
  const {page} = await open('', PHONE);
  const {w, h} = await page.evaluate(() => ({w: document.getElementById('canvas').width, h: document.getElementById('canvas').height}));
  assert.ok(w <= 780 && h <= 1688 && w * h <= 4e6, `${w}×${h}`);
});

test('safe areas are left free', async () => {
  const {page} = await open('', PHONE);
  const before = (await page.getByRole('button', {name: BUTTON.help, exact: true}).boundingBox()).y;
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setSafeAreaInsetsOverride', {insets: {top: 47, bottom: 34, left: 0, right: 0}});
  await page.setViewportSize({width: 390, height: 843});
  await rest(page);
  const after = (await page.getByRole('button', {name: BUTTON.help, exact: true}).boundingBox()).y;
  assert.ok(after >= before + 40, `the bar moved from ${before} to ${after}`);
});

test('landscape has stage, sheet and timeline', async () => {
  const {page} = await open('', phone(844, 390));
  await rest(page);
  await page.getByRole('button', {name: BUTTON.play, exact: true}).waitFor();
  await page.getByRole('switch', {name: 'PagedAttention'}).waitFor({state: 'attached'});
  await page.getByRole('switch', {name: 'PagedAttention'}).press(' ');
  await expectParam(page, 'pa', '0');
});
