import {assert, lint, open, phone, press, rest, test, visit} from './harness.mjs';
import {BUTTON, SHEET, STATES} from './names.mjs';

const SIZES = [
  [320, 568, true], [390, 844, true], [844, 390, true], [768, 1024, false], [1280, 720, false], [1440, 900, false], [2560, 1440, false],
  [344, 882, true], [717, 512, true], // a foldable, closed and open on its side
  [640, 360, false], // 1280×720 zoomed to 200 %
];

const told = (faults) => faults.map((f) => `${f.kind}: ${f.a}${f.b ? ` / ${f.b}` : ''} [${(f.rect ?? []).join(' ')}]`);

// One test per page of the app, so that none takes minutes.
const pageOf = (state) => /^(training|learn|layout)/.exec(state)?.[0] ?? 'inference';
/** @type {Record<string, [string, string][]>} */
const PAGES = {};
for (const state of Object.entries(STATES)) (PAGES[pageOf(state[0])] ??= []).push(state);
for (const [w, h, touch] of SIZES) for (const [part, states] of Object.entries(PAGES)) {
  test(`nothing overlaps, overflows or is cut at ${w}×${h}: ${part}`, async () => {
    const options = touch ? phone(w, h) : {viewport: {width: w, height: h}};
    const faults = [];
    const look = async (page, state) => {
      await rest(page);
      faults.push(...told(await lint(page)).map((line) => `${state}: ${line}`));
    };
    const {page, context} = await open(states[0][1], options);
    for (const [state, query] of states) {
      if (query !== states[0][1]) await visit(page, query);
      await look(page, state);
      if (state === states[0][0]) {
        await page.locator('#semantics :is(select, input)').last().focus(); // its column scrolls to it
        await look(page, `${state}, scrolled to the last control`);
      }
      if (['first visit', 'learn', 'learn, lab'].includes(state)) {
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight), true, 'the page itself does not scroll');
        const raise = page.getByRole('button', {name: SHEET.raise, exact: true});
        if (await raise.count()) {
          await press(raise);
          await look(page, 'sheet raised');
        }
        for (const tab of SHEET.tabs) {
          const element = page.getByRole('radiogroup', {name: SHEET.group}).getByRole('radio', {name: tab, exact: true});
          if (!await element.count()) continue;
          await press(element, ' ');
          await look(page, `tab ${tab}`);
        }
        await press(page.getByRole('button', {name: BUTTON.help, exact: true}));
        await look(page, 'help');
        await page.keyboard.press('Escape');
        const figure = page.locator('#semantics [data-name]').first();
        if (await figure.count()) {
          await press(figure);
          await look(page, 'explanation');
          await page.keyboard.press('Escape');
        }
        await rest(page);
      }
    }
    await context.close();
    assert.deepEqual([...new Set(faults)], []);
  });
}

test('visible elements stay inside the window and in their places', async () => {
  for (const [w, h, touch] of SIZES) {
    const {page, context} = await open('', touch ? phone(w, h) : {viewport: {width: w, height: h}});
    await rest(page);
    const out = await page.locator('#semantics .v').evaluateAll((all) => all.filter((el) => {
      const r = el.getBoundingClientRect();
      return getComputedStyle(el).clipPath === 'none' && (r.left < -1 || r.top < -1 || r.right > innerWidth + 1 || r.bottom > innerHeight + 1);
    }).map((el) => `${el.tagName} ${el.getAttribute('aria-label') ?? el.textContent}`));
    assert.deepEqual(out, [], `${w}×${h}`);
    const small = touch ? await page.locator('#semantics input.v').evaluateAll((all) => all.filter((el) => parseFloat(getComputedStyle(el).fontSize) < 16).length) : 0;
    assert.equal(small, 0, 'fields on a phone have at least 16 px, or it zooms');
    await context.close();
  }
});

test('200 % browser zoom keeps everything in place', async () => {
  // 1280×720 at 200 % is a window of 640×360 CSS px with two device pixels each
  const {page} = await open('', {viewport: {width: 640, height: 360}, deviceScaleFactor: 2});
  await rest(page);
  assert.deepEqual(told(await lint(page)), []);
  assert.equal(await page.evaluate(() => document.getElementById('canvas').width), 1280);
  assert.ok(await page.getByRole('slider', {name: 'Maximum context'}).count());
});

test('resizing and rotating follow at once', async () => {
  const {page} = await open('', {viewport: {width: 900, height: 700}});
  await page.setViewportSize({width: 1300, height: 800});
  await page.waitForFunction(() => document.getElementById('canvas').width === 1300, null, {polling: 50});
  await rest(page);
  const box = await page.getByRole('button', {name: BUTTON.play, exact: true}).boundingBox();
  assert.ok(box.y > 600 && box.y < 800, `play stands at ${box.y}`);
});
