// Touch gestures on the stage.
import {assert, expectParam, fingers, get, open, pass, phone, PHONE, rest, test, until, visit} from './harness.mjs';
import {BUTTON} from './names.mjs';

/** Gestures depend on time, so these pages run on the test's clock. */
const CLOCKED = {...PHONE, clock: true};

const stage = (page) => page.locator('#stage').evaluate((el) => {
  const {x, y, width, height} = el.getBoundingClientRect();
  return {x: x + width / 2, y: y + height * 0.45, width, height};
});
const playing = (page, on) => until(page, (name) => [...document.querySelectorAll('#semantics button')].some((el) => el.textContent === name), on ? BUTTON.pause : BUTTON.play);
/** Counts what the app was asked to do: a gesture must fire once. */
const said = (page) => page.evaluate(() => {
  globalThis.__said = [];
  new MutationObserver(() => globalThis.__said.push(document.getElementById('say-polite').textContent)).observe(document.getElementById('say-polite'), {childList: true, characterData: true, subtree: true});
});

for (const view of ['inference', 'training']) {
  test(`a tap on the ${view} stage plays and pauses, once each`, async () => {
    const {page} = await open(`?view=${view}${view === 'inference' ? '&at=0' : ''}`, CLOCKED);
    await rest(page);
    await said(page);
    const {x, y} = await stage(page);
    await page.touchscreen.tap(x, y);
    await playing(page, true);
    await page.touchscreen.tap(x, y);
    await playing(page, false);
    await rest(page);
    const words = (await page.evaluate(() => globalThis.__said)).map((text) => text.split(' ')[0].trim());
    assert.deepEqual(words.filter((word) => /Playing|Paused/.test(word)).slice(-1), ['Paused']);
    assert.ok(words.filter((word) => word === 'Paused').length === 1, words.join(', '));
  });
}

test('a swipe goes to the next model, back to the one before, and does not play', async () => {
  const {page} = await open('?view=inference&model=llama-3.1-8b', CLOCKED);
  await rest(page);
  const order = await page.getByRole('combobox', {name: 'Model', exact: true}).evaluate((el) => [...el.options].map((o) => o.value));
  const at = order.indexOf('llama-3.1-8b');
  const finger = await fingers(page);
  const {x, y} = await stage(page);
  await finger.stroke([x + 90, y], [x - 90, y]);
  await expectParam(page, 'model', order[at + 1]);
  await finger.stroke([x - 90, y], [x + 90, y]);
  await expectParam(page, 'model', 'llama-3.1-8b');
  await rest(page);
  await playing(page, false);
});

test('two fingers set the speed, apart faster and together slower, and nothing else', async () => {
  const {page} = await open('?view=inference&at=1000&speed=5', CLOCKED);
  await rest(page);
  const finger = await fingers(page);
  const {x, y} = await stage(page);
  await finger.pinch(x, y, 30, 100);
  await until(page, () => Number(globalThis.kvx.get('speed')) > 10);
  await rest(page);
  await finger.pinch(x, y, 110, 20);
  await until(page, () => Number(globalThis.kvx.get('speed')) < 5);
  await rest(page);
  await playing(page, false);
  assert.equal(await get(page, 'model'), 'llama-3.1-8b');
  assert.equal(await get(page, 'at'), '1000');
  assert.equal(await page.evaluate(() => visualViewport.scale), 1, 'on the stage the page is not zoomed');
});

test('beside the stage two fingers zoom the page in and out', async () => {
  const {page} = await open('', CLOCKED);
  await rest(page);
  const finger = await fingers(page);
  await finger.pinch(195, 640, 30, 120);
  await until(page, () => visualViewport.scale > 1.2);
  assert.equal(await page.evaluate(() => document.body.classList.contains('zoomed')), true);
  assert.equal(await page.locator('#stage').evaluate((el) => getComputedStyle(el).touchAction), 'pinch-zoom');
  assert.equal(await get(page, 'speed'), '1');
});

test('two fingers zoom the layout', async () => {
  const {page} = await open('?view=layout', {...CLOCKED, picture: true});
  await rest(page);
  const zoomOut = page.getByRole('button', {name: 'Show all', exact: true}).or(page.getByRole('button', {name: /whole|all/i})).first();
  const before = await page.locator('#canvas').screenshot();
  const finger = await fingers(page);
  const {x, y} = await stage(page);
  await finger.pinch(x, y, 30, 120);
  await rest(page);
  assert.notEqual(Buffer.compare(before, await page.locator('#canvas').screenshot()), 0);
  assert.equal(await get(page, 'speed'), '1');
  assert.ok(await zoomOut.count());
});

test('holding starts over and offers to undo it', async () => {
  const {page} = await open('?view=inference&model=gpt-2-124m&batch=3&at=500', CLOCKED);
  await rest(page);
  const finger = await fingers(page);
  const {x, y} = await stage(page);
  await finger.down(x, y);
  await pass(page, 1500);
  await page.getByText('Everything is back to the start.').first().waitFor({state: 'attached'});
  await finger.up();
  await expectParam(page, 'model', 'llama-3.1-8b');
  await rest(page);
  await playing(page, false);
  await page.getByRole('button', {name: 'Undo', exact: true}).press('Enter');
  await expectParam(page, 'model', 'gpt-2-124m');
  assert.equal(await get(page, 'batch'), '3');
  assert.equal(await get(page, 'at'), '500');
});

test('a drag on the timeline scrubs', async () => {
  const {page} = await open('?view=inference&at=0', CLOCKED);
  await rest(page);
  const box = await page.getByRole('slider', {name: /position|Context now|sequence/i}).first().boundingBox();
  const finger = await fingers(page);
  const y = box.y + box.height / 2;
  await finger.stroke([box.x + 4, y], [box.x + box.width * 0.5, y], 8);
  await rest(page);
  const at = Number(await get(page, 'at'));
  assert.ok(at > 131072 * 0.4 && at < 131072 * 0.6, String(at));
  assert.equal(await get(page, 'model'), 'llama-3.1-8b', 'it was no swipe');
});

test('a flicked sheet moves on to its next stop', async () => {
  const {page} = await open('', CLOCKED);
  await rest(page);
  const handle = page.getByRole('button', {name: /panel$/}).first();
  const start = await handle.boundingBox();
  const finger = await fingers(page);
  await finger.stroke([195, start.y + 10], [195, start.y - 110], 3);
  await rest(page);
  const thrown = await handle.boundingBox();
  assert.ok(thrown.y < start.y - 250, `a quick stroke of 120 px moved it from ${start.y} to ${thrown.y}`);
});

test('the keyboard of a phone never hides the field', async () => {
  const {page} = await open('?view=inference', CLOCKED);
  await rest(page);
  const field = page.getByRole('textbox', {name: 'Devices, number'});
  await field.focus();
  await rest(page);
  const bottom = (await field.boundingBox()).y + (await field.boundingBox()).height;
  const height = Math.round(bottom - 60);
  // A keyboard shrinks the visual viewport and nothing else.
  await page.evaluate((h) => {
    Object.defineProperty(visualViewport, 'height', {configurable: true, get: () => h});
    visualViewport.dispatchEvent(new Event('resize'));
  }, height);
  const above = await field.boundingBox();
  assert.ok(above.y + above.height <= height - 8, `${above.y + above.height} of ${height}`);
  await page.evaluate(() => {
    delete visualViewport.height;
    visualViewport.dispatchEvent(new Event('resize'));
  });
  assert.equal(Math.round((await field.boundingBox()).y + above.height), Math.round(bottom));
});

test('a finger set down again while pinching neither resets nor plays', async () => {
  const {page} = await open('?view=inference&batch=7&at=1000', CLOCKED);
  await rest(page);
  const session = await page.context().newCDPSession(page);
  const {x, y} = await stage(page);
  const send = (type, ...points) => session.send('Input.dispatchTouchEvent', {type, touchPoints: points.map(([id, px, py]) => ({id, x: px, y: py}))});
  const a = [1, x - 60, y], b = [2, x + 60, y];
  await send('touchStart', a);
  await send('touchStart', a, b);
  await rest(page);
  await send('touchEnd', a);      // the second one leaves
  await send('touchStart', a, b); // and comes back
  await pass(page, 900); // longer than a long press
  await send('touchEnd', a);
  await send('touchEnd');
  await rest(page);
  assert.equal(await get(page, 'batch'), '7');
  await playing(page, false);
});

test('a finger that starts on prose scrolls the panel around it', async () => {
  const {page} = await open('?view=inference', CLOCKED);
  await rest(page);
  await page.getByRole('button', {name: BUTTON.help, exact: true}).press('Enter');
  await rest(page);
  await page.getByRole('dialog').waitFor({state: 'attached'});
  const prose = page.locator('#semantics [role=dialog] p.v').first();
  const before = await prose.boundingBox();
  const finger = await fingers(page);
  await finger.drag(before.x + 100, before.y + before.height - 10, before.y - 40);
  await rest(page);
  const after = await prose.boundingBox();
  assert.ok(after.y < before.y - 20, `${before.y} to ${after.y}`);
});

test('a keyboard that takes half of the window keeps the field that is typed into', async () => {
  const {page} = await open('?view=inference', CLOCKED);
  await rest(page);
  const field = page.getByRole('textbox', {name: 'Devices, number'});
  await field.focus();
  await field.evaluate((el) => { el.dataset.mine = '1'; });
  await page.setViewportSize({width: 390, height: 340});
  await rest(page);
  assert.equal(await page.evaluate(() => document.activeElement.dataset.mine), '1');
  await field.fill('4');
  await field.press('Enter');
  await expectParam(page, 'devices', '4');
  await page.setViewportSize({width: 390, height: 844});
  await field.blur();
  await rest(page);
  assert.equal(await page.evaluate(() => document.body.classList.contains('drawn')), true);
});

for (const [name, w, h] of [['phone', 390, 844], ['landscape', 844, 390], ['tablet', 768, 1024]]) {
  test(`figures are 44 px high for a finger: ${name}`, async () => {
    const {page} = await open('?view=inference', phone(w, h));
    const low = [];
    for (const query of ['?view=inference&batch=8&at=60000', '?view=training&devices=8', '?view=learn', '?view=layout']) {
      await visit(page, query);
      await rest(page);
      const figures = page.getByRole('radio', {name: 'Figures', exact: true});
      if (await figures.count()) await figures.press(' ');
      await rest(page);
      low.push(...await page.evaluate(() => [...document.querySelectorAll('#semantics [data-name]')].map((el) => [el.dataset.name, el.getBoundingClientRect()])
        .filter(([, r]) => r.width > 0 && r.height < 43.5).map(([figure, r]) => `${figure}: ${Math.round(r.height)}`)));
    }
    assert.deepEqual(low, []);
  });
}
