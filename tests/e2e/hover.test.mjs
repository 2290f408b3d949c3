// Pointing at a figure never hides it: every figure of every page is pointed at and looked at.
import {assert, lint, open, rest, test} from './harness.mjs';

const PAGES = {
  inference: '?view=inference&at=65536&batch=8',
  'inference on many devices': '?view=inference&model=qwen3-235b-a22b&devices=8&at=16384',
  training: '?view=training&devices=8',
  'training, traffic': '?view=training&devices=8&chart=traffic',
  learn: '?view=learn',
  'learn, window': '?view=learn&keep=window',
  layout: '?view=layout&at=4096',
};

/** Of the picture inside a rectangle: its most frequent colour, and how many pixels have another one. */
const lookAt = (page, png) => page.evaluate(async (bytes) => {
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
  const ink = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  ink.drawImage(bitmap, 0, 0);
  const pixels = new Uint32Array(ink.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const [ground, most] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  return {ground: [ground & 255, ground >> 8 & 255, ground >> 16 & 255], drawn: pixels.length - most, all: pixels.length};
}, [...png]);

for (const [what, query] of Object.entries(PAGES)) {
  test(`no figure is hidden by pointing at it: ${what}`, async () => {
    const {page} = await open(query, {reducedMotion: 'reduce', clock: true, picture: true});
    await rest(page);
    const figures = await page.locator('#semantics :is([role=figure], [data-name])').evaluateAll((all) => all.map((el) => ({id: el.dataset.id, name: el.getAttribute('aria-label'), box: el.getBoundingClientRect().toJSON()}))
      .filter(({box}) => box.width >= 12 && box.height >= 10 && box.y >= 52 && box.bottom < innerHeight - 80));
    assert.ok(figures.length >= 3, `${figures.length} figures`);
    for (const {id, name, box} of figures) {
      // Inside the outline.
      const clip = {x: Math.ceil(box.x) + 3, y: Math.ceil(box.y) + 3, width: Math.floor(box.width) - 6, height: Math.floor(box.height) - 6};
      if (clip.width < 2 || clip.height < 2) continue;
      await page.mouse.move(2, 2);
      await rest(page);
      const before = await lookAt(page, await page.screenshot({clip}));
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await rest(page);
      const after = await lookAt(page, await page.screenshot({clip}));
      const shift = Math.max(...before.ground.map((c, i) => Math.abs(c - after.ground[i])));
      assert.ok(shift <= 32, `${id} (${name}) keeps its ground: ${before.ground} → ${after.ground}`);
      assert.ok(after.drawn >= before.drawn * 0.7, `${id} (${name}) keeps its content: ${before.drawn} → ${after.drawn} of ${before.all} pixels`);
      assert.deepEqual(await lint(page), [], `${id} (${name})`);
    }
  });
}
