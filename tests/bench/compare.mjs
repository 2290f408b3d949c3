// Measures two pages in turns: ours and another one, known only by its address. All figures come from the browser.
import {KB, MS, median, table} from './figures.mjs';

const TURNS = 3, SECONDS = 4;

/** One visit of a page: how it starts, rests and plays. @param {import('playwright-core').Browser} browser @param {string} url */
async function visit(browser, url) {
  const context = await browser.newContext({viewport: {width: 1440, height: 900}});
  await context.addInitScript(() => {
    globalThis.__frames = 0;
    const raf = globalThis.requestAnimationFrame;
    globalThis.requestAnimationFrame = (f) => raf.call(globalThis, (t) => { globalThis.__frames++; f(t); });
  });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Performance.enable', {timeDomain: 'timeTicks'});
  let bytes = 0, requests = 0;
  session.on('Network.loadingFinished', ({encodedDataLength}) => { bytes += encodedDataLength; requests++; });
  const busy = async () => (await session.send('Performance.getMetrics')).metrics.find(({name}) => name === 'TaskDuration').value * 1000;
  await page.goto(url, {waitUntil: 'networkidle'});
  const start = await page.evaluate(() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0, load: performance.getEntriesByType('navigation')[0].loadEventEnd,
  }));
  await page.waitForTimeout(2000); // work that still follows loading counts as part of the start
  const work = await busy();
  /** Main thread and frames over some seconds. */
  const over = async () => {
    const before = {busy: await busy(), frames: await page.evaluate(() => globalThis.__frames)};
    await page.waitForTimeout(SECONDS * 1000);
    return {busy: (await busy() - before.busy) / SECONDS, frames: (await page.evaluate(() => globalThis.__frames) - before.frames) / SECONDS};
  };
  const rest = await over();
  await page.keyboard.press(' '); // the space bar plays, in ours and in the older app
  const play = await over();
  const heap = await page.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
  await context.close();
  return {bytes, requests, ...start, work, rest, play, heap};
}

/** @param {import('playwright-core').Browser} browser @param {string} ours @param {string} theirs @returns {Promise<string>} a section of docs/performance.md */
export async function compare(browser, ours, theirs) {
  const seen = {ours: [], theirs: []};
  for (let i = 0; i < TURNS; i++)
    for (const [who, url] of [['ours', ours], ['theirs', theirs]]) seen[who].push(await visit(browser, url));
  const rows = [
    ['Bytes over the network', (v) => v.bytes, KB], ['Requests', (v) => v.requests, String], ['First contentful paint', (v) => v.paint, MS],
    ['Main thread until two seconds after loading', (v) => v.work, MS], ['Main thread at rest, a second', (v) => v.rest.busy, MS], ['Frames at rest, a second', (v) => v.rest.frames, (n) => n.toFixed(1)],
    ['Main thread while playing, a second', (v) => v.play.busy, MS], ['Frames while playing, a second', (v) => v.play.frames, (n) => n.toFixed(1)],
    ['Main thread a frame', (v) => v.play.busy / Math.max(1, v.play.frames), MS], ['JavaScript heap', (v) => v.heap, KB],
  ].map(([what, of, write]) => {
    const [a, b] = ['ours', 'theirs'].map((who) => median(seen[who].map(of)));
    return [what, write(a), write(b), a > 0 && b > 0 ? `${(b / a).toFixed(2)} ×` : ''];
  });
  return `## Side by side

In turns, median of ${TURNS}; the last column is the other page against ours. The other page: ${new URL(theirs).pathname.split('/').pop() || 'start page'}, played with the space bar.

${table(['', 'this app', 'the other page', ''], rows)}

`;
}
