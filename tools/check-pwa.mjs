// Inspects a site as a browser does before installing it, then takes the network away. usage: node tools/check-pwa.mjs URL
// One line per check and a percentage at the end; exit code 1 if something that an installed app needs is missing.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {chromium} from 'playwright-core';
import {ARGS, CHROMIUM} from '../tests/e2e/harness.mjs';

const address = process.argv[2];
if (!address || !URL.canParse(address)) {
  console.error('usage: node tools/check-pwa.mjs URL');
  process.exit(2);
}
const coloured = process.env.FORCE_COLOR ? true : !process.env.NO_COLOR && process.stdout.isTTY;
const paint = (code, text) => (coloured ? `\x1b[${code}m${text}\x1b[0m` : text);

let good = 0, all = 0, broken = 0;
/** @param {string} what @param {unknown} right @param {string} [detail] @param {{needed?: boolean}} [kind] needed: without it, no app */
function check(what, right, detail = '', {needed = false} = {}) {
  all++;
  if (right) good++;
  else if (needed) broken++;
  const mark = right ? paint('32', '✓') : needed ? paint('31', '✗') : paint('33', '!');
  console.log(`  ${mark} ${what}${detail ? paint('2', `  ${detail}`) : ''}`);
  return Boolean(right);
}
const part = (title) => console.log(`\n${paint('1', title)}`);
const NEEDED = {needed: true};

/** Width and height of a PNG, JPEG or WebP, or null. @param {Buffer} bytes */
function pixels(bytes) {
  if (bytes.length > 24 && bytes.subarray(1, 4).toString() === 'PNG') return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (bytes.subarray(0, 4).toString() === 'RIFF' && bytes.subarray(8, 12).toString() === 'WEBP') {
    const kind = bytes.subarray(12, 16).toString();
    if (kind === 'VP8X') return [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1];
    if (kind === 'VP8L') return [(bytes.readUInt32LE(21) & 0x3fff) + 1, (bytes.readUInt32LE(21) >> 14 & 0x3fff) + 1];
    return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
  }
  if (bytes[0] === 0xff && bytes[1] === 0xd8)
    for (let i = 2; i + 9 < bytes.length && bytes[i] === 0xff; i += 2 + bytes.readUInt16BE(i + 2))
      if (bytes[i + 1] >= 0xc0 && bytes[i + 1] <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(bytes[i + 1])) return [bytes.readUInt16BE(i + 7), bytes.readUInt16BE(i + 5)];
  return null;
}

const profile = mkdtempSync(join(tmpdir(), 'kvx-check-'));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: CHROMIUM, args: ARGS, viewport: {width: 1280, height: 800},
});
const finish = async (code) => {
  await context.close();
  rmSync(profile, {recursive: true, force: true, maxRetries: 5});
  process.exit(code);
};
const page = context.pages()[0] ?? await context.newPage();
const said = [];
const foreign = new Set();
page.on('console', (m) => { if (m.type() === 'error') said.push(m.text()); });
page.on('pageerror', (e) => said.push(String(e.message)));
context.on('request', (r) => { if (/^https?:/.test(r.url()) && new URL(r.url()).origin !== new URL(address).origin) foreign.add(new URL(r.url()).origin); });

/** A file of the site. @param {string} url */
async function load(url) {
  const response = await context.request.get(url, {failOnStatusCode: false}).catch(() => null);
  return response?.ok() ? {bytes: await response.body(), type: response.headers()['content-type'] ?? '', headers: response.headers()} : null;
}

console.log(`${paint('1', 'Progressive web app check')}  ${address}`);
const response = await page.goto(address, {waitUntil: 'load', timeout: 60000}).catch((error) => { console.log(`  ${paint('31', '✗')} ${error.message.split('\n')[0]}`); return null; });
if (!response?.ok()) {
  console.log(`  ${paint('31', '✗')} the page answers ${response?.status() ?? 'nothing'}`);
  await finish(1);
}
const here = page.url();

part('Page');
const local = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(here).hostname);
check('secure context', here.startsWith('https:') || local, local ? 'this machine' : '', NEEDED);
const head = await page.evaluate(() => ({
  lang: document.documentElement.lang, title: document.title,
  viewport: document.querySelector('meta[name=viewport]')?.getAttribute('content') ?? '',
  description: document.querySelector('meta[name=description]')?.getAttribute('content') ?? '',
  theme: document.querySelectorAll('meta[name=theme-color]').length,
  manifest: document.querySelector('link[rel=manifest]')?.href ?? '',
  touch: document.querySelector('link[rel~=apple-touch-icon]')?.href ?? '',
  csp: document.querySelector('meta[http-equiv="Content-Security-Policy" i]')?.getAttribute('content') ?? '',
  words: document.body.innerText.trim().length,
}));
check('language', head.lang, head.lang);
check('title', head.title, head.title);
check('description', head.description);
check('viewport for phones', /width=device-width/.test(head.viewport), '', NEEDED);
check('people may zoom', !/user-scalable\s*=\s*(no|0)|maximum-scale\s*=\s*1(\.0*)?\b/.test(head.viewport));
check('theme colour', head.theme);
check('words without a script', head.words > 0 || await page.locator('noscript').count() > 0);

part('Manifest');
const manifestFile = head.manifest && await load(head.manifest);
/** @type {any} */
let manifest = null;
try { manifest = manifestFile && JSON.parse(manifestFile.bytes.toString()); } catch { /* said below */ }
check('linked and read', manifest, head.manifest || 'no <link rel=manifest>', NEEDED);
manifest ??= {};
if (manifestFile) check('served as JSON', /json/.test(manifestFile.type), manifestFile.type);
const within = (text) => new URL(text, head.manifest || here);
const startUrl = within(manifest.start_url ?? '.');
const scope = within(manifest.scope ?? new URL('.', startUrl).href);
const inScope = (url) => url.origin === scope.origin && url.pathname.startsWith(scope.pathname);
check('name', manifest.name, manifest.name, NEEDED);
check('short name of at most 12 letters', manifest.short_name && manifest.short_name.length <= 12, manifest.short_name);
check('identity', manifest.id, manifest.id);
check('start address inside the scope', manifest.start_url && startUrl.origin === new URL(here).origin && inScope(startUrl), startUrl.pathname, NEEDED);
check('start address answers', await load(startUrl.href), '', NEEDED);
check('scope', manifest.scope, manifest.scope);
check('display', ['standalone', 'fullscreen', 'minimal-ui'].includes(manifest.display), manifest.display, NEEDED);
check('background and theme colour', manifest.background_color && manifest.theme_color);

/** Declared and real size of each picture. */
async function pictures(list) {
  return Promise.all((list ?? []).map(async (entry) => {
    const file = await load(within(entry.src).href);
    const svg = /svg/.test(file?.type ?? '') || /svg/.test(entry.type ?? '');
    const size = file && !svg ? pixels(file.bytes) : null;
    const declared = String(entry.sizes ?? '').split(/\s+/).filter(Boolean);
    return {...entry, there: Boolean(file), svg, size, declared, honest: Boolean(file) && (svg || !declared.length || Boolean(size) && declared.includes(`${size[0]}x${size[1]}`))};
  }));
}
const icons = await pictures(manifest.icons);
const purpose = (icon, wanted) => String(icon.purpose ?? 'any').split(/\s+/).includes(wanted);
const sized = (wanted, least) => icons.find((icon) => icon.honest && purpose(icon, wanted) && (icon.svg || icon.size?.[0] >= least));
check('every icon is there', icons.length && icons.every((icon) => icon.there), icons.filter((icon) => !icon.there).map((icon) => icon.src).join(' '), NEEDED);
check('every icon has the size it says', icons.length && icons.every((icon) => icon.honest), icons.filter((icon) => icon.there && !icon.honest).map((icon) => `${icon.src}: ${icon.size?.join('×')}`).join(' '));
check('an icon of 192 pixels', sized('any', 192), '', NEEDED);
check('an icon of 512 pixels', sized('any', 512), '', NEEDED);
check('a maskable icon', sized('maskable', 192));
const shots = await pictures(manifest.screenshots);
check('screenshots for the install dialog, wide and narrow, in the sizes they say', ['wide', 'narrow'].every((form) => shots.some((s) => s.form_factor === form)) && shots.every((s) => s.honest && s.label));
const shortcuts = manifest.shortcuts ?? [];
const answers = await Promise.all(shortcuts.map((s) => load(within(s.url).href)));
if (shortcuts.length) check('shortcuts stay in scope and answer', shortcuts.every((s, i) => inScope(within(s.url)) && answers[i]), `${shortcuts.length}`);
const session = await context.newCDPSession(page);
const told = await session.send('Page.getAppManifest').catch(() => ({errors: []}));
check('the browser reads it without complaint', manifestFile && !told.errors.length, told.errors.map((e) => e.message).join('; '));
const {installabilityErrors} = await session.send('Page.getInstallabilityErrors').catch(() => ({installabilityErrors: [{errorId: 'not asked'}]}));
check('the browser would install it', !installabilityErrors.length, installabilityErrors.map((e) => e.errorId).join(' '), NEEDED);

part('On a phone of Apple');
const touch = head.touch && await load(head.touch);
const touchSize = touch && pixels(touch.bytes);
check('apple-touch-icon of 180 pixels', touchSize && touchSize[0] >= 180, touchSize ? touchSize.join('×') : '');

part('Offline');
const worker = await page.evaluate(async () => {
  const limit = new Promise((done) => setTimeout(() => done(null), 15000));
  const registration = await Promise.race([navigator.serviceWorker?.ready ?? null, limit]);
  if (!registration) return null;
  while (!navigator.serviceWorker.controller && await Promise.race([limit.then(() => false), new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', () => done(true), {once: true}))]));
  return {scope: registration.scope, controls: Boolean(navigator.serviceWorker.controller)};
});
check('a service worker', worker, '', NEEDED);
check('it is responsible for the start address', worker && startUrl.href.startsWith(worker.scope), worker?.scope);
const saidOnline = said.splice(0);
const thirdParties = [...foreign];
// The title as sent: a running app may change it.
const titleOf = async (answer) => /<title[^>]*>([^<]*)/i.exec(await answer.text())?.[1];
const title = await titleOf(response);
await context.setOffline(true);
/** @param {string} url */
async function offline(url) {
  const answer = await page.goto(url, {waitUntil: 'load', timeout: 20000}).catch(() => null);
  return Boolean(answer?.ok()) && await titleOf(answer) === title && await page.evaluate(() => document.body.childElementCount > 0);
}
check('without a network the start address opens', await offline(startUrl.href), '', NEEDED);
const question = new URL(startUrl);
question.searchParams.set('utm_source', 'check');
check('… and with a query', await offline(question.href));
await context.setOffline(false);

part('Security');
const headers = response.headers();
const policy = headers['content-security-policy'] ?? head.csp;
const directives = new Map(policy.split(';').map((d) => d.trim().split(/\s+/)).filter(([name]) => name).map(([name, ...values]) => [name, values]));
const scripts = directives.get('script-src') ?? directives.get('default-src') ?? [];
check('a content security policy', policy, headers['content-security-policy'] ? 'header' : head.csp ? 'in the page' : '');
check('… without inline scripts and eval', policy && scripts.length && !scripts.some((s) => ["'unsafe-inline'", "'unsafe-eval'", '*', 'https:', 'data:'].includes(s)), scripts.join(' '));
check('… that leaves out plugins and other bases', policy && (directives.get('object-src') ?? directives.get('default-src'))?.includes("'none'") && directives.has('base-uri'));
check('types are not guessed (nosniff)', headers['x-content-type-options'] === 'nosniff');
check('nothing of other sites is loaded', !thirdParties.length, thirdParties.join(' '));
check('the console stays empty', !saidOnline.length, saidOnline[0]?.slice(0, 120));

const share = Math.floor(100 * good / all);
console.log(`\n${paint(broken ? '31' : good === all ? '32' : '33', `${share} %`)}  ${good} of ${all} checks passed${broken ? `; ${broken} that an installed app needs did not` : ''}`);
await finish(broken ? 1 : 0);
