// The colours of what is drawn, read from a screenshot.

/** Contrast of two colours by WCAG 2.2, 1 to 21. @param {number[]} a @param {number[]} b  red, green, blue: 0 to 255 */
export function contrast(a, b) {
  const luminance = (/** @type {number[]} */ rgb) => {
    const [r, g, blue] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

/** @type {WeakMap<import('playwright-core').BrowserContext, Promise<import('playwright-core').Page>>} */
const readers = new WeakMap();
/** An empty page, which the app's content security policy does not concern. @param {import('playwright-core').BrowserContext} context */
function readerOf(context) {
  const reader = readers.get(context) ?? context.newPage();
  readers.set(context, reader);
  return reader;
}

/**
 * The ground of each rectangle: its most frequent colour; and the colour farthest from that one.
 * @param {import('playwright-core').Page} page
 * @param {number[][]} rects  left, top, width, height in CSS pixels
 * @returns {Promise<{ground: number[], farthest: number[]}[]>}
 */
export async function coloursOf(page, rects) {
  const png = (await page.screenshot({scale: 'device'})).toString('base64');
  const reader = await readerOf(page.context());
  return reader.evaluate(async ([data, boxes, width]) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const scale = image.width / Number(width);
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d', {willReadFrequently: true}));
    context.drawImage(image, 0, 0);
    return /** @type {number[][]} */ (boxes).map((box) => {
      const [x, y, w, h] = box.map((v) => Math.round(v * scale));
      const {data: pixels} = context.getImageData(x, y, Math.max(1, w), Math.max(1, h));
      /** @type {Map<number, number>} */
      const counts = new Map();
      for (let i = 0; i < pixels.length; i += 4) {
        const key = (pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2];
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      const rgb = (/** @type {number} */ key) => [key >> 16, (key >> 8) & 255, key & 255];
      const ground = rgb([...counts].reduce((most, one) => (one[1] > most[1] ? one : most))[0]);
      const far = (/** @type {number} */ key) => rgb(key).reduce((sum, v, i) => sum + (v - ground[i]) ** 2, 0);
      return {ground, farthest: rgb([...counts.keys()].reduce((best, key) => (far(key) > far(best) ? key : best)))};
    });
  }, /** @type {const} */ ([png, rects, page.viewportSize()?.width]));
}
