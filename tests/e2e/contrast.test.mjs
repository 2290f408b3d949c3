// Contrast on the screen (WCAG 1.4.3 and 1.4.11), in both themes. Grounds are measured from pixels. Small letters are all smoothed edge, so
// the colour of text is the one it is drawn with.
import {assert, open, rest, test, visit} from './harness.mjs';
import {STATES} from './names.mjs';
import {coloursOf, contrast} from './pixels.mjs';

const TEXT = 4.5, PART = 3;
const ROUNDING = 0.02;
// One state for each kind of ground that text stands on.
const SHOWN = ['first visit', 'over capacity', 'wafer', 'eight around a switch', 'torus', 'training', 'training in stages', 'learn', 'learn, tour', 'layout', 'layout, in memory'];

const hex = (rgb) => `#${rgb.map((v) => Math.round(v).toString(16).padStart(2, '0')).join('')}`;
const over = ([r, g, b, opacity], ground) => [r, g, b].map((v, i) => ground[i] + (v - ground[i]) * opacity / 255);

for (const theme of ['dark', 'light']) {
  test(`text of the ${theme} theme has a contrast of ${TEXT}`, async () => {
    const {page} = await open('', {viewport: {width: 1440, height: 900}, colorScheme: theme, picture: true});
    /** @type {Map<string, string>} one of each pair of colours */
    const faint = new Map();
    let measured = 0;
    for (const state of SHOWN) {
      await visit(page, STATES[state]);
      await rest(page);
      const texts = await page.evaluate(() => globalThis.kvx.drawnText());
      const colours = await coloursOf(page, texts.map(({rect}) => rect));
      measured += texts.length;
      texts.forEach(({text, ink}, i) => {
        const {ground} = colours[i], drawn = over(ink, ground), ratio = contrast(ground, drawn);
        if (ratio < TEXT - ROUNDING) faint.set(`${hex(drawn)} on ${hex(ground)}`, `${state}: "${text}", ${hex(drawn)} on ${hex(ground)}, ${ratio.toFixed(2)}`);
      });
    }
    assert.ok(measured > 100 * SHOWN.length / 4, `${measured} texts were measured`);
    assert.deepEqual([...faint.values()], []);
  });

  test(`sliders and switches of the ${theme} theme have a contrast of ${PART}`, async () => {
    const {page} = await open('', {viewport: {width: 1440, height: 1500}, deviceScaleFactor: 2, colorScheme: theme, picture: true});
    const faint = [];
    for (const state of ['first visit', 'training', 'layout', 'learn']) {
      await visit(page, STATES[state]);
      await rest(page);
      // What no text names: the empty end of a slider's track, the body of a switch.
      const parts = await page.evaluate(() => [...document.querySelectorAll('#semantics input.t[type="range"], #semantics [role="switch"][aria-description]')].flatMap((el) => {
        const {left, top, width, height} = el.getBoundingClientRect();
        if (el.disabled || top < 0 || top + height > innerHeight || left < 0 || left + width > innerWidth) return [];
        const name = el.getAttribute('aria-label') ?? el.textContent;
        return [el.type === 'range' ? {name, rect: [left + width * 0.88, top, width * 0.06, height]} : {name, rect: [left + width - 40, top, 42, height]}];
      }));
      assert.ok(parts.length, `${state} has controls`);
      const colours = await coloursOf(page, parts.map(({rect}) => rect));
      parts.forEach(({name}, i) => {
        const {ground, farthest} = colours[i], ratio = contrast(ground, farthest);
        if (ratio < PART - ROUNDING) faint.push(`${state}: ${name}, ${hex(farthest)} on ${hex(ground)}, ${ratio.toFixed(2)}`);
      });
    }
    assert.deepEqual(faint, []);
  });
}
