// A small runner around playwright-core: one browser, a fresh context a test, and no test passes with a message in its console.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {cpSync, existsSync, mkdtempSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';
import {serve} from '../../tools/serve.mjs';
import {drawNothing} from './no_picture.mjs';
import {atRest, countPending} from './pending.mjs';

export {assert};
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const DIST = process.env.DIST ?? join(ROOT, 'dist');
export const CLI = process.env.KVX ?? join(ROOT, 'build/native/kvx');

export const CHROMIUM = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path)) ?? 'chromium';
const SHELL = process.env.CHROMIUM ?? (existsSync('/usr/bin/chromium-headless-shell') ? '/usr/bin/chromium-headless-shell' : CHROMIUM);
export const ARGS = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--no-sandbox'];

/** How long a test waits for what must happen; only a failure waits this long. */
export const PATIENCE = 60_000;
/** Each process of a run has ports of its own (run.mjs), so that a server which ends and comes back finds its port free. */
const PORTS = Number(process.env.E2E_PORT ?? 8700);

export const WIDE = {viewport: {width: 1440, height: 900}};
export const phone = (width, height) => ({viewport: {width, height}, deviceScaleFactor: 3, isMobile: true, hasTouch: true});
export const PHONE = phone(390, 844);

/** What a promise gives, or an error once it has taken longer than `limit` ms. */
export async function within(limit, what, promise) {
  let timer;
  try {
    return await Promise.race([promise, new Promise((_, fail) => { timer = setTimeout(() => fail(new Error(`${what} took longer than ${limit / 1000} s`)), limit); })]);
  } finally {
    clearTimeout(timer);
  }
}

/** @type {{name: string, run: () => Promise<void>, limit?: number}[]} */
export const tests = [];
/** @param {string} name @param {() => Promise<void>} run @param {{limit?: number}} [more]  limit: ms after which it hangs */
export const test = (name, run, {limit} = {}) => tests.push({name, run, limit});

// ── servers and browsers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** @type {(() => unknown)[]} */
let cleanups = [];
export const later = (fn) => cleanups.push(fn);
export async function cleanUp() {
  const all = cleanups.reverse();
  cleanups = []; // one that hangs is not tried again by the next test
  for (const fn of all) await fn();
}

let shared;
/** The address of dist/ for tests that do not stop the server. */
export async function address() {
  shared ??= await serve({dir: DIST, port: PORTS});
  return shared.url;
}

/** A server of a test's own; `stop()` ends it and every open connection. */
export async function ownServer(dir = DIST) {
  const {server, url, port} = await serve({dir, port: PORTS + 10});
  const stop = () => new Promise((done) => {
    server.close(done);
    server.closeAllConnections();
  });
  let stopped = false;
  later(() => stopped || stop());
  return {url, port, stop: async () => { stopped = true; await stop(); }};
}

/** A copy of dist/ that a test may change. */
export function copyOfDist() {
  const dir = mkdtempSync(join(tmpdir(), 'kvx-e2e-'));
  later(() => rmSync(dir, {recursive: true, force: true}));
  cpSync(DIST, dir, {recursive: true});
  return dir;
}

/** @type {Promise<import('playwright-core').Browser>|undefined} */
let browser;
/** @type {Promise<import('playwright-core').Browser>|undefined} */
let drawing;
/**
 * Tests that do not look at pixels run in Chromium's headless shell where it is installed: the same engine at half the CPU time. There the
 * compositor is faster without WebGL's software driver.
 */
export function sharedBrowser(picture = false) {
  const launch = (/** @type {string} */ executablePath, /** @type {string[]} */ args) => chromium.launch({executablePath, args});
  return picture ? drawing ??= launch(CHROMIUM, ARGS) : browser ??= launch(SHELL, [...ARGS, '--disable-gpu-compositing']);
}
export async function closeAll() {
  for (const one of [browser, drawing]) await (await one)?.close();
  await new Promise((done) => { shared ? (shared.server.close(done), shared.server.closeAllConnections()) : done(); });
}

/** What the software driver says of reading its picture back. */
const DRIVER = /GL Driver Message .* GPU stall due to ReadPixels/;
const watched = [];
/** Console messages of a context, without those that the test expects. */
function watch(context, allow) {
  const said = [];
  watched.push({said, allow});
  const hear = (line) => { if (!DRIVER.test(line) && !allow.some((pattern) => pattern.test(line))) said.push(line); };
  context.on('console', (message) => hear(`${message.type()}: ${message.text()} ${message.location().url}`));
  context.on('weberror', (error) => hear(`error: ${error.error().stack ?? error.error()}`));
}
export function unexpectedMessages() {
  return watched.splice(0).flatMap(({said}) => said);
}

// ── the test's own clock ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Pages on the test's clock: time stands still until the test lets it pass. */
const clocks = new WeakSet();
const FRAME_MS = 16;

/** Waiting for the browser itself needs its own functions. */
function keepReal() {
  globalThis.__real = {raf: globalThis.requestAnimationFrame.bind(globalThis), setTimeout: globalThis.setTimeout.bind(globalThis)};
}

/** From now on time is the test's own: it passes only in `pass`, `rest`, `until` and while fingers move. For contexts opened with `clock`. */
export async function stopClock(page) {
  await page.clock.pauseAt(await page.evaluate(() => Date.now()) + 3_600_000); // ahead of what the clock still runs until the call arrives
  clocks.add(page);
}

/** Lets time pass: every timer and frame that is due in between happens, in order. */
export const pass = (page, ms) => page.clock.runFor(ms);

/** One frame of the page, after the browser's own queue: touches arrive in its frames. */
async function frame(page) {
  await page.evaluate(() => globalThis.__count.turn());
  if (clocks.has(page)) await pass(page, FRAME_MS);
}

/** No service worker is registered, as before the browser gets to it. */
function installNothing() {
  if (navigator.serviceWorker) navigator.serviceWorker.register = () => new Promise(() => {});
}

/**
 * A fresh context and page on the app.
 * @param {string} [query]
 * @param {object} [options] playwright context options, and: ready (wait for it, default true), allow (console patterns), url, browser, init,
 *   clock (the time of the page is the test's own as soon as the page is ready), picture (it is drawn), worker (it is installed; so it is
 *   from a server of the test's own)
 */
export async function open(query = '', {ready: wait = true, allow = [], url, browser: own, init, clock = false, picture = false, worker = Boolean(url), ...options} = {}) {
  const context = await (own ?? await sharedBrowser(picture)).newContext({...WIDE, ...options});
  later(() => context.close());
  context.setDefaultTimeout(PATIENCE);
  watch(context, allow);
  if (options.javaScriptEnabled !== false) {
    if (!picture && !own) await context.addInitScript(drawNothing); // a browser of the test's own has its own graphics
    if (!worker) await context.addInitScript(installNothing);
    await context.addInitScript(keepReal);
    if (clock) await context.clock.install();
    await context.addInitScript(countPending);
  }
  if (init) await context.addInitScript(init);
  const page = await context.newPage();
  if (wait) await visit(page, query, url);
  else await page.goto((url ?? await address()) + query);
  if (wait && clock) {
    await rest(page);
    await stopClock(page);
  }
  return {context, page};
}

export async function ownBrowser(args, options = {}) {
  const launched = await chromium.launch({executablePath: CHROMIUM, args, ...options});
  later(() => launched.close());
  return launched;
}

/** Real touches through the debugger: one finger or two. */
export async function fingers(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setTouchEmulationEnabled', {enabled: true, maxTouchPoints: 5});
  const send = (type, points) => session.send('Input.dispatchTouchEvent', {type, touchPoints: points.map(([id, x, y]) => ({id, x, y, radiusX: 8, radiusY: 8, force: 1}))});
  return {
    /** From one place to another, frame by frame. */
    async stroke([x0, y0], [x1, y1], steps = 4) {
      await send('touchStart', [[1, x0, y0]]);
      await frame(page);
      for (let i = 1; i <= steps; i++) {
        await send('touchMove', [[1, x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps]]);
        await frame(page);
      }
      await send('touchEnd', []);
    },
    drag(x, from, to, steps = 12) { return this.stroke([x, from], [x, to], steps); },
    async pinch(x, y, from, to, steps = 10) {
      await send('touchStart', [[1, x - from, y]]);
      await send('touchStart', [[1, x - from, y], [2, x + from, y]]);
      for (let i = 1; i <= steps; i++) {
        const d = from + (to - from) * i / steps;
        await send('touchMove', [[1, x - d, y], [2, x + d, y]]);
        await frame(page);
      }
      await send('touchEnd', []);
    },
    async down(x, y) { await send('touchStart', [[1, x, y]]); },
    async up() { await send('touchEnd', []); },
  };
}

// ── what tests do with a page ────────────────────────────────────────────────────────────────────────────────────────────────────

export const ready = (page) => page.waitForFunction(() => globalThis.__ready === true, null, {timeout: PATIENCE, polling: 50});

/** Goes to a link, in a page that may have shown another one, and waits until it is shown. @param {string} [url] */
export async function visit(page, query, url) {
  await page.goto((url ?? await address()) + query);
  await ready(page);
  if (/view=learn(?!.*lesson=lab)|source=small/.test(query)) await modelThere(page);
}

/** The learn page's model has been loaded. */
export const modelThere = (page) => page.waitForFunction(() => globalThis.__ready === true && globalThis.kvx.quantities().quantities.length > 0, null, {timeout: PATIENCE, polling: 50});

/** Waits until an asynchronous question is answered with yes (waitForFunction takes the promise for one). It cannot be asked while the page reloads. */
export async function eventually(page, question, arg) {
  const end = Date.now() + PATIENCE;
  while (!await page.evaluate(question, arg).catch((error) => { if (!/context|navigat/i.test(String(error))) throw error; }))
    assert.ok(Date.now() < end, `waited ${PATIENCE / 1000} s for ${String(question).slice(0, 200)}`);
}

/** Every change is drawn and mirrored, and nothing is pending. */
export async function rest(page) {
  if (!clocks.has(page)) return eventually(page, atRest);
  for (let passed = 0; !await page.evaluate(atRest); passed += FRAME_MS) {
    assert.ok(passed < PATIENCE, 'it comes to rest');
    await pass(page, FRAME_MS);
  }
}

/** Nothing is pending, so nothing happens without input: no frame, no timer, no draw call. */
export async function nothingHappens(page, why = 'at rest') {
  await rest(page);
  const look = () => page.evaluate(() => ({still: globalThis.__count.still(), frames: globalThis.__count.frames, timers: globalThis.__count.timers, draws: globalThis.__count.draws}));
  const before = await look();
  await page.evaluate(async () => { for (let turn = 0; turn < 10; turn++) await globalThis.__count.turn(); });
  if (clocks.has(page)) await pass(page, 3_600_000);
  assert.deepEqual(await look(), {...before, still: true}, why);
}

/** Presses a control as the keyboard does. */
export async function press(locator, key = 'Enter') {
  await locator.focus();
  await locator.press(key);
}

/** Clicks the picture where the control stands. */
export async function click(page, locator) {
  const box = await locator.boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
}

export const get = (page, id) => page.evaluate((key) => globalThis.kvx.get(key), id);
export const set = async (page, id, value) => {
  assert.equal(await page.evaluate(([key, v]) => globalThis.kvx.set(key, v), [id, value]), '', `${id} = ${value} is accepted`);
  await rest(page);
};
export const quantities = async (page) => (await page.evaluate(() => globalThis.kvx.quantities())).quantities;
export const lint = (page) => page.evaluate(() => globalThis.kvx.lint());
/** Drawn text that is missing from the semantic tree. */
export const unexposedText = (page) => page.evaluate(() => globalThis.kvx.unexposedText());
export async function until(page, fn, arg) {
  if (!clocks.has(page)) return void await page.waitForFunction(fn, arg, {timeout: PATIENCE, polling: 50});
  for (let passed = 0; !await page.evaluate(fn, arg); passed += FRAME_MS) {
    assert.ok(passed < PATIENCE, `still false after a minute: ${fn}`);
    await pass(page, FRAME_MS);
  }
}

/** Waits until a parameter has a value; says which one it had. */
export async function expectParam(page, id, value) {
  await until(page, ([key, v]) => globalThis.kvx?.get(key) === v, [id, value]).catch(async () => {
    assert.equal(await get(page, id), value, `parameter ${id}`);
  });
}

/** A figure that opens its explanation, by the name it is drawn with. */
export const figureOf = (page, name) => page.getByRole('button', {name: new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}: `)});

/** The command line's answer as JSON. */
export const cli = (...args) => JSON.parse(execFileSync(CLI, [...args, '--json'], {encoding: 'utf8', maxBuffer: 1 << 26}));

/** What assistive technology gets: role and name of every node of the browser's own tree (getByRole does not know `inert`). */
export async function accessible(page) {
  const session = await page.context().newCDPSession(page);
  const {nodes} = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes.filter((node) => !node.ignored).map((node) => `${node.role?.value} ${node.name?.value ?? ''}`);
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** axe through the debugger, which the page's CSP does not concern. */
export async function axe(page) {
  const {readFileSync} = await import('node:fs');
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', {expression: readFileSync(AXE, 'utf8')});
  const {result, exceptionDetails} = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, {resultTypes: ['violations']}).then((r) => JSON.stringify(r.violations.map((v) => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? '')).join(' | '))))`,
    awaitPromise: true, returnByValue: true,
  });
  await session.detach();
  assert.ok(!exceptionDetails, exceptionDetails?.exception?.description);
  return JSON.parse(result.value);
}
