// What a person does on the page, by role and name, in any engine.
import assert from 'node:assert/strict';
import {atRest, countPending} from '../e2e/pending.mjs';
import {controlled} from '../e2e/versions.mjs';

const PATIENCE = 60_000; // only a failure waits this long

/** Runs in the page. The element with this role and accessible name, of a figure the part before its value: where it stands, after focusing it if asked to. */
function locate(role, name, focus) {
  const IMPLICIT = {BUTTON: 'button', SELECT: 'combobox', A: 'link', H1: 'heading', H2: 'heading', H3: 'heading', DIALOG: 'dialog', ASIDE: 'complementary'};
  const roleOf = (el) => el.getAttribute('role') ?? (el instanceof HTMLInputElement ? {range: 'slider', search: 'searchbox'}[el.type] ?? 'textbox' : IMPLICIT[el.tagName]);
  const labelled = (el) => el.getAttribute('aria-labelledby')?.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  const nameOf = (el) => (el.getAttribute('aria-label') ?? labelled(el) ?? el.textContent).trim();
  const el = [...document.querySelectorAll('button, select, input, a, h1, h2, h3, dialog, [role]')]
    .find((one) => roleOf(one) === role && (name === null || nameOf(one) === name || nameOf(one).startsWith(`${name}: `)) && !one.closest('[inert]'));
  if (!el) return null;
  if (focus) el.focus();
  const {x, y, width, height} = el.getBoundingClientRect();
  return {x: x + width / 2, y: y + height / 2, width, height, value: el.value ?? el.textContent, focused: document.activeElement === el};
}

/** Runs in the page before anything else can fail: what its console and its policies say. */
function listen() {
  if (globalThis.__heard) return;
  const heard = globalThis.__heard = [];
  for (const level of ['error', 'warn']) {
    const original = console[level];
    console[level] = (...words) => { heard.push(`${level}: ${words.join(' ')}`); original.apply(console, words); };
  }
  addEventListener('error', (e) => heard.push(`error: ${e.message ?? e.target?.src}`), true);
  addEventListener('unhandledrejection', (e) => heard.push(`rejected: ${e.reason}`));
  document.addEventListener('securitypolicyviolation', (e) => heard.push(`policy: ${e.violatedDirective} ${e.blockedURI}`));
}

/** Runs in the page. What a failure should say of it. */
function look() {
  const short = (text) => (text ?? '').replace(/\s+/g, ' ').slice(0, 1500);
  return `focus: ${short(document.activeElement?.outerHTML).slice(0, 300)}\ntoasts: ${short(document.getElementById('toasts')?.textContent)}\n` +
    `page: ${short(document.getElementById('semantics')?.textContent)}\nheard: ${(globalThis.__heard ?? []).join(' | ')}`;
}

/** @param {import('./drivers.mjs').Page} page */
export function person(page) {
  const me = {
    page,
    /** @param {Function} fn @param {...any} args  waits until the page says yes */
    async until(fn, ...args) {
      const end = Date.now() + PATIENCE;
      for (;;) {
        // it cannot be asked while the page reloads
        const value = await page.run(fn, ...args).catch((error) => { if (!/context|navigat|frame/i.test(String(error))) throw error; });
        if (value) return value;
        if (Date.now() > end) assert.fail(`waited ${PATIENCE / 1000} s for ${String(fn).slice(0, 160)} ${JSON.stringify(args).slice(0, 200)}\n${await page.run(look).catch(String)}`);
        await new Promise((done) => setTimeout(done, 50));
      }
    },
    ready: () => me.until(() => globalThis.__ready === true),
    async open(url) {
      await page.goto(url);
      await page.run(listen);
      await page.run(countPending);
      await me.ready();
    },
    async reload() {
      await page.reload();
      await page.run(listen);
      await page.run(countPending);
      await me.ready();
    },
    heard: () => page.run(() => globalThis.__heard ?? []),
    see: (role, name = null) => me.until(locate, role, name, false),
    text: (words) => me.until((w) => document.body.innerText.includes(w) || document.getElementById('semantics').textContent.includes(w), words),
    async gone(role, name) {
      const end = Date.now() + PATIENCE;
      while (await page.run(locate, role, name, false)) assert.ok(Date.now() < end, `${role} ${name} stays`);
    },
    focus: (role, name) => me.until(locate, role, name, true),
    /** With the keyboard. */
    async press(role, name, key = 'Enter') {
      await me.focus(role, name);
      await page.press(key);
    },
    /** With the mouse, where it stands in the picture. */
    async click(role, name) {
      const {x, y} = await me.see(role, name);
      await page.click(x, y);
    },
    /** Types into a field and commits it. */
    async fill(role, name, text) {
      await me.focus(role, name);
      await page.run(() => document.activeElement.select());
      await page.type(text);
      await page.press('Enter');
    },
    get: (id) => page.run((key) => globalThis.kvx.get(key), id),
    async set(id, value) {
      assert.equal(await page.run(([key, v]) => globalThis.kvx.set(key, v), [id, value]), '');
    },
    has: (id, value) => me.until(([key, v]) => globalThis.kvx.get(key) === v, [id, value]),
    figures: () => page.run(() => Object.fromEntries(globalThis.kvx.quantities().quantities.map((q) => [q.id, q.text]))),
    /** Every change is drawn and mirrored, and nothing is pending. */
    async rest() {
      await page.run(countPending); // a page that loaded by itself does not count yet
      await me.until(atRest);
    },
    /** How many colours the picture has: an empty one has one. */
    async colours() {
      return page.run(async (base64) => {
        const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], {type: 'image/png'}));
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
        const ink = canvas.getContext('2d');
        ink.drawImage(bitmap, 0, 0);
        return new Set(new Uint32Array(ink.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size;
      }, await page.picture());
    },
    /** The service worker controls the page. */
    controlled: () => controlled({evaluate: page.run}),
  };
  return me;
}
