// One small interface to three engines: Chromium and Firefox through puppeteer, WebKit through its WebDriver. Firefox and WebKit need a
// display for WebGL2 (run.mjs gives them a virtual one).
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import puppeteer from 'puppeteer-core';
import {Browser, Builder, Capabilities, Key, Origin} from 'selenium-webdriver';
import {ARGS, CHROMIUM, within} from '../e2e/harness.mjs';

/**
 * @typedef {object} Page
 * @property {(url: string) => Promise<void>} goto
 * @property {() => Promise<void>} reload
 * @property {(fn: Function, ...args: any[]) => Promise<any>} run   a function of the page, awaited; JSON in, JSON out
 * @property {(key: string) => Promise<void>} press                 'Enter', 'Tab', 'Escape', 'ArrowRight', or a letter
 * @property {(text: string) => Promise<void>} type
 * @property {(x: number, y: number) => Promise<void>} click        CSS px of the viewport
 * @property {((x: number, y: number) => Promise<void>)|null} tap   a real touch, where the engine's driver has one
 * @property {() => Promise<string>} picture                        PNG, base64
 * @property {() => Promise<Page>} another                          a second tab or window of the same profile
 */

const SIZE = {width: 1280, height: 800};
const START_LIMIT = 120_000, CLOSE_LIMIT = 20_000; // ms; only a browser that hangs takes as long
const find = (...paths) => paths.find((path) => existsSync(path)) ?? null;

const KEYS = {Enter: Key.ENTER, Tab: Key.TAB, Escape: Key.ESCAPE, ArrowRight: Key.ARROW_RIGHT, ArrowLeft: Key.ARROW_LEFT, ArrowDown: Key.ARROW_DOWN, Home: Key.HOME, End: Key.END};

// ── puppeteer: Chromium, Firefox ─────────────────────────────────────────────────────────────────────────────────────────────────

/** @param {import('puppeteer-core').Page} page @returns {Page} */
function puppeteerPage(page) {
  return {
    goto: async (url) => { await page.goto(url); },
    reload: async () => { await page.reload(); },
    run: (fn, ...args) => page.evaluate(fn, ...args),
    press: (key) => page.keyboard.press(key),
    type: (text) => page.keyboard.type(text),
    click: (x, y) => page.mouse.click(x, y),
    tap: (x, y) => page.touchscreen.tap(x, y),
    picture: () => page.screenshot({encoding: 'base64'}),
    async another() {
      const next = await page.browser().newPage();
      await next.setViewport(SIZE);
      return puppeteerPage(next);
    },
  };
}

/** @param {import('puppeteer-core').LaunchOptions} options */
async function throughPuppeteer(options) {
  const browser = await puppeteer.launch({...options, headless: true, defaultViewport: SIZE, timeout: START_LIMIT});
  return {
    version: await browser.version(),
    // Firefox focuses only a tab that was opened, and keys need the focus.
    page: async () => puppeteerPage(await browser.newPage()),
    async close() {
      await within(CLOSE_LIMIT, 'closing', browser.close()).catch(() => browser.process()?.kill('SIGKILL'));
    },
  };
}

// ── selenium: WebKit ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** @param {import('selenium-webdriver').WebDriver} driver @param {string} tab @returns {Page} */
function seleniumPage(driver, tab) {
  const here = async () => {
    if (await driver.getWindowHandle() !== tab) await driver.switchTo().window(tab);
  };
  return {
    goto: async (url) => { await here(); await driver.get(url); },
    reload: async () => { await here(); await driver.navigate().refresh(); },
    async run(fn, ...args) {
      await here();
      const answer = await driver.executeAsyncScript(`
        const done = arguments[arguments.length - 1];
        Promise.resolve((${fn})(...arguments[0])).then((value) => done({value}), (error) => done({error: String(error && error.stack || error)}));`, args);
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.value;
    },
    press: async (key) => { await here(); await driver.actions().sendKeys(KEYS[key] ?? key).perform(); },
    type: async (text) => { await here(); await driver.actions().sendKeys(text).perform(); },
    click: async (x, y) => { await here(); await driver.actions().move({x: Math.round(x), y: Math.round(y), origin: Origin.VIEWPORT}).click().perform(); },
    tap: null, // its WebDriver turns touches into a mouse
    picture: async () => { await here(); return driver.takeScreenshot(); },
    async another() {
      const before = await driver.getWindowHandle();
      await driver.switchTo().newWindow('window'); // a tab behind another is hidden, and a hidden page draws nothing
      const next = await driver.getWindowHandle();
      await driver.switchTo().window(before);
      return seleniumPage(driver, next);
    },
  };
}

/** A free port. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

async function webkit(driverPath, binary) {
  const port = await freePort();
  const profile = mkdtempSync(join(tmpdir(), 'kvx-webkit-'));
  // A profile of its own: nothing of an earlier run is in its caches.
  const env = {...process.env, HOME: profile, XDG_CACHE_HOME: profile, XDG_DATA_HOME: profile, XDG_CONFIG_HOME: profile};
  // A process group of its own, so that a browser whose driver hangs ends with it.
  const service = spawn(driverPath, ['-p', String(port)], {stdio: 'ignore', env, detached: true});
  const close = async (driver) => {
    await within(CLOSE_LIMIT, 'closing', driver?.quit()).catch(() => {});
    try {
      process.kill(-service.pid, 'SIGKILL');
    } catch { /* it has ended */ }
    rmSync(profile, {recursive: true, force: true, maxRetries: 5, retryDelay: 200});
  };
  try {
    const end = Date.now() + START_LIMIT;
    while (!await fetch(`http://127.0.0.1:${port}/status`, {signal: AbortSignal.timeout(START_LIMIT)}).then((r) => r.ok, () => false)) {
      if (service.exitCode !== null || Date.now() > end) throw new Error(`${driverPath} does not answer`);
      await new Promise((done) => setTimeout(done, 100));
    }
    const wanted = new Capabilities({browserName: 'MiniBrowser', 'webkitgtk:browserOptions': {binary, args: ['--automation']}});
    const driver = await within(START_LIMIT, 'starting WebKit', new Builder().usingServer(`http://127.0.0.1:${port}`).forBrowser(Browser.SAFARI).withCapabilities(wanted).build());
    await driver.manage().window().setRect({x: 0, y: 0, ...SIZE});
    await driver.manage().setTimeouts({script: 60000, pageLoad: 60000});
    const told = await driver.getCapabilities();
    return {
      version: `WebKitGTK ${told.getBrowserVersion()}`,
      page: async () => seleniumPage(driver, await driver.getWindowHandle()),
      close: () => close(driver),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

// ── the three ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

const FIREFOX = process.env.FIREFOX ?? find('/usr/bin/firefox-esr', '/usr/bin/firefox');
const WEBKIT_DRIVER = find('/usr/bin/WebKitWebDriver');
const MINI_BROWSER = find(...['x86_64', 'aarch64'].flatMap((cpu) => ['4.1', '6.0', '4.0'].map((v) => `/usr/lib/${cpu}-linux-gnu/webkit${v === '6.0' ? '' : '2'}gtk-${v}/MiniBrowser`)));

/** @type {Record<string, null | (() => Promise<{version: string, page: () => Promise<Page>, close: () => Promise<void>}>)>} */
export const ENGINES = {
  Chromium: existsSync(CHROMIUM) && (() => throughPuppeteer({executablePath: CHROMIUM, args: ARGS})),
  Firefox: FIREFOX && (() => throughPuppeteer({browser: 'firefox', executablePath: FIREFOX, protocol: 'webDriverBiDi'})),
  WebKit: WEBKIT_DRIVER && MINI_BROWSER && (() => webkit(WEBKIT_DRIVER, MINI_BROWSER)),
};
