// Takes pictures of the app. usage: node tools/screenshots.mjs FOLDER [--only wide,phone] [--theme light] [--dist dist] [name=query…]
// Without states: the first visit. "over=?view=inference&model=…" writes over-wide.png and so on; "name=query@Button" presses a button first.
import {mkdirSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {chromium} from 'playwright-core';
import {ARGS, CHROMIUM, DIST, phone, ready} from '../tests/e2e/harness.mjs';
import {serve} from './serve.mjs';

const SIZES = {
  'wide': {viewport: {width: 1440, height: 900}},
  'laptop': {viewport: {width: 1280, height: 720}},
  'tablet': {viewport: {width: 768, height: 1024}},
  'phone': phone(390, 844),
  'landscape': {...phone(844, 390), deviceScaleFactor: 2},
};

const args = process.argv.slice(2);
const take = (name, otherwise) => {
  const at = args.indexOf(name);
  return at < 0 ? otherwise : args.splice(at, 2)[1];
};
const only = take('--only', Object.keys(SIZES).join(',')).split(',');
const theme = take('--theme', 'dark');
const dist = take('--dist', DIST);
const folder = args.shift();
if (!folder || only.some((name) => !SIZES[name])) {
  console.error(`usage: node tools/screenshots.mjs FOLDER [--only ${Object.keys(SIZES).join(',')}] [--theme dark|light] [--dist FOLDER] [name=query[@Button]…]`);
  process.exit(2);
}
const states = args.length ? args.map((arg) => {
  const [, name, query, button] = /^([\w-]+)=([^@]*)(?:@(.+))?$/.exec(arg) ?? [null, 'page', arg];
  return {name, query, button};
}) : [{name: 'inference', query: '', button: undefined}];

mkdirSync(folder, {recursive: true});
const {server, url} = await serve({dir: resolve(dist), port: 8780});
const browser = await chromium.launch({executablePath: CHROMIUM, args: ARGS});
for (const size of only) {
  for (const {name, query, button} of states) {
    const context = await browser.newContext({...SIZES[size], colorScheme: theme === 'light' ? 'light' : 'dark', reducedMotion: 'reduce', serviceWorkers: 'block'});
    await context.addInitScript(() => {
      globalThis.__last = performance.now();
      const raf = globalThis.requestAnimationFrame;
      globalThis.requestAnimationFrame = (f) => raf.call(globalThis, (t) => { globalThis.__last = performance.now(); return f(t); });
    });
    const page = await context.newPage();
    await page.goto(url + query);
    await ready(page);
    const rest = () => page.waitForFunction(() => performance.now() - globalThis.__last > 300, null, {polling: 50, timeout: 20000});
    await rest();
    if (button) {
      await page.locator('#semantics').getByText(button, {exact: true}).or(page.locator(`#semantics [data-name="${button}"]`)).or(page.getByRole('button', {name: button, exact: true})).first().press('Enter');
      await rest();
    }
    const path = join(folder, `${name}-${size}${theme === 'light' ? '-light' : ''}.png`);
    await page.screenshot({path});
    console.log(path);
    await context.close();
  }
}
await browser.close();
server.close();
server.closeAllConnections();
