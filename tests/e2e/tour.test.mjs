// The tour is led by a card that is there at every size, beside what it speaks of.
import {assert, axe, cli, expectParam, get, lint, open, phone, press, quantities, rest, test} from './harness.mjs';

const SIZES = {
  '1440×900': {viewport: {width: 1440, height: 900}},
  '1280×720': {viewport: {width: 1280, height: 720}},
  '1024×768': {viewport: {width: 1024, height: 768}},
  '768×1024': {viewport: {width: 768, height: 1024}},
  '390×844': phone(390, 844),
  '844×390': phone(844, 390),
};
const STEPS = 11;
const button = (page, name) => page.getByRole('button', {name, exact: true});
const tour = (page) => page.getByRole('region', {name: 'Tour', exact: true});
const title = (page) => tour(page).getByRole('heading').textContent();

/** Pressed where it is drawn, by the finger where there are fingers. */
async function tap(page, locator) {
  const {x, y, width, height} = await locator.boundingBox();
  const touch = await page.evaluate(() => matchMedia('(pointer: coarse)').matches);
  await (touch ? page.touchscreen.tap(x + width / 2, y + height / 2) : page.mouse.click(x + width / 2, y + height / 2));
  await rest(page);
}

/** Its whole box is in the window, and nothing that is cut away hides it. */
async function inView(page, locator, what) {
  const {x, y, width, height} = await locator.boundingBox();
  const {width: w, height: h} = page.viewportSize();
  assert.ok(x >= 0 && y >= 0 && x + width <= w + 1 && y + height <= h + 1, `${what} is in view: ${[x, y, width, height]}`);
  const cut = await locator.evaluate((el) => getComputedStyle(el).clipPath);
  assert.ok(!/50%/.test(cut), `${what} is not hidden`);
}

// What each step speaks of, as a screen reader names it where it is drawn.
const SPOKEN_OF = [
  null, // the bars are hidden until the answer
  /^Explain head/, /^Query: /, /^Without a cache$/, /^With the cache$/, /^Explain head/, null,
  /^Answers right with this cache$/, /^Answers right with this cache$/, /^One cache for several prompts$/, /^From this model to /,
];

for (const [size, options] of Object.entries(SIZES)) {
  test(`the tour leads through every step at ${size}`, async () => {
    const {page} = await open('?view=learn', {...options, clock: true});
    const start = button(page, 'Take the tour');
    await start.focus(); // scrolls to it
    await rest(page);
    await inView(page, start, 'the way in');
    await tap(page, start);
    await expectParam(page, 'tour', '1');
    const seen = new Set();
    for (let step = 1; step <= STEPS; step++) {
      await rest(page);
      assert.equal(await get(page, 'tour'), String(step));
      await inView(page, tour(page).getByRole('heading'), `title ${step}`);
      seen.add(await title(page));
      assert.deepEqual(await lint(page), [], `step ${step}`);
      const spoken = SPOKEN_OF[step - 1];
      if (spoken) {
        const boxes = await page.locator('#semantics').locator('h2, h3, p, button').filter({hasText: spoken}).evaluateAll((all) => all.map((el) => el.getBoundingClientRect().toJSON()));
        assert.ok(boxes.some((box) => box.y >= 40 && box.y + Math.min(box.height, 30) <= innerHeightOf(page)), `what step ${step} speaks of is in view: ${JSON.stringify(boxes)}`);
      }
      // An answer below the fold of a small card is scrolled to by focus.
      await press(page.locator('[data-id="tour.answer.2"]'));
      await rest(page);
      const reveal = page.locator('[data-id="tour.reveal"]');
      await inView(page, reveal, `the feedback of ${step}`);
      assert.deepEqual(await lint(page), [], `step ${step}, answered`);
      if (step < STEPS) {
        await inView(page, button(page, 'Next'), `Next of ${step}`);
        await tap(page, button(page, 'Next'));
      }
    }
    assert.equal(seen.size, STEPS);
    await tap(page, button(page, 'Back'));
    await expectParam(page, 'tour', String(STEPS - 1));
    await page.keyboard.press('Escape');
    await expectParam(page, 'tour', '0');
    await rest(page);
    assert.equal(await tour(page).count(), 0);
  });
}
const innerHeightOf = (page) => page.viewportSize().height;

test('the first step does not give its answer away', async () => {
  for (const options of Object.values(SIZES)) {
    const {page, context} = await open('?view=learn&tour=1', options);
    await rest(page);
    const words = await page.locator('#semantics').evaluate((el) => [...el.querySelectorAll('*')].flatMap((e) => [e.textContent, e.getAttribute('aria-label'), e.getAttribute('aria-valuetext')]).join('\n'));
    assert.doesNotMatch(words, /expects “m”|^m: /m);
    await press(button(page, 'm'));
    await rest(page);
    assert.match(await page.locator('#semantics').textContent(), /Yes\. m: /);
    await context.close();
  }
});

test('its last step opens a real model on a real device', async () => {
  const {page} = await open('?view=learn&tour=11', {clock: true});
  await rest(page);
  assert.match(await tour(page).textContent(), /1,536 bytes/);
  await press(page.locator('[data-id="tour.answer.2"]'));
  await rest(page);
  const said = await page.locator('[data-id="tour.answer.2"]').textContent();
  await press(button(page, 'Open it on the inference page'));
  await expectParam(page, 'view', 'inference');
  await rest(page);
  assert.equal(await get(page, 'model'), 'llama-3.1-8b');
  assert.equal(await get(page, 'device'), 'h100-sxm-80gb');
  assert.equal(`${await get(page, 'batch')}, right`, said);
  const [here, there] = [await quantities(page), cli('inference', '--model', 'llama-3.1-8b', '--device', 'h100-sxm-80gb', '--context', '131072', '--batch', await get(page, 'batch')).quantities];
  for (const id of ['needed', 'kv_per_token']) assert.equal(here.find((q) => q.id === id)?.value, there.find((q) => q.id === id)?.value, id);
});

test('the tour is announced, keeps the focus, and gives it back', async () => {
  const {page} = await open('?view=learn');
  await page.evaluate(() => {
    globalThis.__said = [];
    new MutationObserver(() => globalThis.__said.push([...document.querySelectorAll('[aria-live]')].map((el) => el.textContent).join(' '))).observe(document.body, {subtree: true, childList: true, characterData: true});
  });
  const said = (words) => page.evaluate((w) => globalThis.__said.some((line) => line.includes(w)), words);
  const focused = () => page.evaluate(() => document.activeElement?.dataset?.id);
  await press(button(page, 'Take the tour'));
  await rest(page);
  assert.equal(await focused(), 'tour.title');
  assert.ok(await said('Tour, step 1 of 11: One token at a time.'));
  await press(button(page, 'Next'));
  await rest(page);
  assert.equal(await focused(), 'tour.next');
  assert.ok(await said('Tour, step 2 of 11: Looking back.'));
  await press(button(page, 'No, only back'));
  await rest(page);
  assert.ok(await said('Yes. Only back'));
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press('Escape');
  await rest(page);
  assert.equal(await get(page, 'tour'), '0');
  assert.equal(await focused(), 'tour.start');
});

test('what the browser draws is cut where the drawer covers it', async () => {
  const {page} = await open('?view=learn', {viewport: {width: 768, height: 1024}, clock: true});
  await press(button(page, 'Controls'));
  await rest(page);
  const field = await page.getByRole('textbox', {name: 'Prompt', exact: true}).evaluate((el) => ({right: el.getBoundingClientRect().right, cut: getComputedStyle(el).clipPath}));
  const [, cut] = /inset\(\S+ (\d+)px/.exec(field.cut) ?? [0, 0];
  assert.ok(field.right - Number(cut) <= 768 - 340 + 1, `${JSON.stringify(field)} ends where the drawer begins`);
});
