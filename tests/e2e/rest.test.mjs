import {assert, nothingHappens, open, press, rest, test, until} from './harness.mjs';
import {BUTTON} from './names.mjs';

test('at rest there is no frame, no timer, no draw call', async () => {
  const {page} = await open('', {clock: true});
  await nothingHappens(page, 'an hour at rest');
  await press(page.getByRole('button', {name: BUTTON.play, exact: true}));
  await until(page, () => globalThis.__count.frames > 30);
  await press(page.getByRole('button', {name: BUTTON.pause, exact: true}));
  await nothingHappens(page, 'an hour after playing');
});

test('a hidden page does nothing, and continues when it is shown', async () => {
  const {page} = await open('?view=inference&context=100000000&at=0&speed=1', {clock: true});
  await press(page.getByRole('button', {name: BUTTON.play, exact: true}));
  await until(page, () => globalThis.__count.frames > 10);
  const hide = (hidden) => page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', {value, configurable: true});
    Object.defineProperty(document, 'visibilityState', {value: value ? 'hidden' : 'visible', configurable: true});
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  await hide(true);
  await nothingHappens(page, 'an hour hidden');
  const at = await page.evaluate(() => Number(globalThis.kvx.get('at')));
  await hide(false);
  await until(page, (before) => Number(globalThis.kvx.get('at')) > before, at);
});

test('one change costs a few frames, not a loop', async () => {
  const {page} = await open('', {reducedMotion: 'reduce'});
  await rest(page);
  const before = await page.evaluate(() => globalThis.__count.frames);
  await page.evaluate(() => { globalThis.kvx.batch = 2; });
  await until(page, (b) => globalThis.__count.frames > b, before); // the first frame may take the browser a while
  await rest(page);
  const frames = await page.evaluate((b) => globalThis.__count.frames - b, before);
  assert.ok(frames >= 1 && frames <= 12, `${frames} frames`);
});
