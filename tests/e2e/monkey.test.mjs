// Monkey test of the page: seeded real input in real time, over all pages, sizes, hidden tabs, lost connections and history. The console
// must stay empty, the picture must not be blank, the page must come to rest, the layout must have no faults, memory must be freed. A failing
// sequence is reduced by replaying it. MONKEY_ACTIONS and MONKEY_SEED set its length and seed; MONKEY_REPLAY takes a sequence it printed.
import {assert, lint, open, pass, rest, test} from './harness.mjs';

const ACTIONS = Number(process.env.MONKEY_ACTIONS ?? 300);
const SEED = Number(process.env.MONKEY_SEED ?? 1);
const LIVES = 6; // sessions side by side, each from another page
const CHECK_EVERY = 10;
const MOST_REPLAYS = 80;
const MINUTES = 60_000;
// By hand (MONKEY_ACTIONS) it may take hours, and the reduction too; in a whole run neither may hold up the rest.
const LIMIT = process.env.MONKEY_ACTIONS ? 600 * MINUTES : 15 * MINUTES;
const REDUCTION = process.env.MONKEY_ACTIONS ? 300 * MINUTES : 3 * MINUTES;
const MIRROR = 200; // ms: while something plays, the mirror is a tenth of a second late

const STARTS = ['', '?view=training', '?view=learn', '?view=layout', '?view=inference&devices=8', '?view=training&devices=64'];
const SIZES = [[1440, 900], [1280, 720], [390, 844], [844, 390], [768, 1024], [320, 568], [2560, 1440]];
const KEYS = [' ', 'ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'Escape', 'Enter', 'Tab', '?', '[', ']', '+', '-', 't', 'r'];
const TYPED = ['8K', '1M', '12', '0', '-3', '1e999', 'words', ''];
const PARAMS = {
  batch: ['1', '7', '64'], context: ['4096', '131072', '100000000'], at: ['0', '1000', '65536'], devices: ['1', '8', '72', '128'], speed: ['0.5', '5', '100'],
  model: ['llama-3.1-8b', 'gpt-2-124m', 'deepseek-v3', 'qwen3-next-80b-a3b'], device: ['t4-16gb', 'h100-sxm-80gb', 'wse-2'], dtype: ['fp32', 'int4', 'fp8', 'bf16'],
  lengths: ['equal', 'staggered'], tp: ['auto', '2', '3'], micro: ['1', '4'], accum: ['1', '16'], show: ['stage', 'savings', 'fits', 'compare', 'tables'], theme: ['light', 'dark'],
};
const OWN = (name) => JSON.stringify({_name_or_path: name, model_type: 'llama', hidden_size: 2048, num_hidden_layers: name.length * 4, num_attention_heads: 32,
  vocab_size: 32000, max_position_embeddings: 8192, intermediate_size: 8192});

/** mulberry32: small, seeded, the same everywhere. */
function randomOf(seed) {
  let a = seed >>> 0;
  return () => {
    a = a + 0x6D2B79F5 >>> 0;
    let t = Math.imul(a ^ a >>> 15, a | 1);
    t = t + Math.imul(t ^ t >>> 7, t | 61) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}

/** Runs in the page: everything that can be operated, by role and name. */
function reachable() {
  const roleOf = (el) => el.getAttribute('role') ?? (el instanceof HTMLInputElement ? (el.type === 'range' ? 'slider' : 'textbox') : {BUTTON: 'button', SELECT: 'combobox'}[el.tagName] ?? '');
  return [...document.querySelectorAll('#semantics button, #semantics select, #semantics input, #semantics [tabindex="0"], #toasts button, dialog[open] button')]
    .filter((el) => !el.closest('[inert]') && !el.disabled && !/another app|Reload/.test(el.textContent))
    .map((el) => ({role: roleOf(el), name: el.getAttribute('aria-label') ?? el.textContent.trim()}));
}

/** @returns {Promise<object>} the next action, self-contained so that it can be replayed */
async function choose(page, random, {hidden, offline}) {
  const one = (list) => list[Math.floor(random() * list.length)];
  if (hidden && random() < 0.5) return {do: 'hide', on: false};
  if (offline && random() < 0.3) return {do: 'offline', on: false};
  const {width, height} = page.viewportSize();
  const point = () => [Math.floor(random() * width), Math.floor(random() * height)];
  const dice = random();
  if (dice < 0.35) {
    const all = await page.evaluate(reachable);
    if (all.length) {
      const {role, name} = one(all);
      const key = role === 'slider' ? one(['ArrowRight', 'ArrowLeft', 'Home', 'End', 'PageUp']) : role === 'combobox' ? one(['ArrowDown', 'ArrowUp', 'End']) : one(['Enter', ' ']);
      return role === 'textbox' || role === 'searchbox' ? {do: 'type', role, name, text: one(TYPED)} : {do: 'press', role, name, key};
    }
  }
  if (dice < 0.5) return {do: 'click', at: point()};
  if (dice < 0.58) return {do: 'drag', from: point(), to: point()};
  if (dice < 0.62) return {do: 'wheel', at: point(), by: one([-300, -40, 40, 300])};
  if (dice < 0.72) return {do: 'key', key: one(KEYS)};
  if (dice < 0.86) { const id = one(Object.keys(PARAMS)); return {do: 'set', id, value: one(PARAMS[id])}; }
  if (dice < 0.9) return {do: 'view', to: one(['inference', 'training', 'learn', 'layout'])};
  if (dice < 0.93) return {do: 'size', to: one(SIZES)};
  if (dice < 0.95) return {do: 'history', by: one([-1, -1, 1])};
  if (dice < 0.96) return {do: 'hide', on: true};
  if (dice < 0.97) return {do: 'offline', on: true};
  if (dice < 0.99) return {do: 'import', name: one(['A', 'Bee', 'Third'])};
  return {do: 'wait', ms: 5000};
}

const hide = (page, value) => page.evaluate((on) => {
  Object.defineProperty(document, 'hidden', {value: on, configurable: true});
  Object.defineProperty(document, 'visibilityState', {value: on ? 'hidden' : 'visible', configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}, value);

/** Focuses the element of this role and name, if there is one (in a shortened list there may be none). */
const focus = (page, role, name) => page.evaluate(([r, n, source]) => {
  const wanted = [...document.querySelectorAll('#semantics button, #semantics select, #semantics input, #semantics [tabindex="0"], #toasts button, dialog[open] button')]
    .find((el) => !el.closest('[inert]') && !el.disabled && (el.getAttribute('aria-label') ?? el.textContent.trim()) === n && new Function(`return ${source}`)()(el) === r);
  wanted?.focus();
  return Boolean(wanted) && document.activeElement === wanted;
}, [role, name, String((el) => el.getAttribute('role') ?? (el instanceof HTMLInputElement ? (el.type === 'range' ? 'slider' : 'textbox') : {BUTTON: 'button', SELECT: 'combobox'}[el.tagName] ?? ''))]);

/** Performs it, then waits a moment as a person would. */
async function perform(page, action, state) {
  switch (action.do) {
    case 'press': if (await focus(page, action.role, action.name)) await page.keyboard.press(action.key); break;
    case 'type':
      if (await focus(page, action.role, action.name)) {
        await page.keyboard.press('Control+a');
        await page.keyboard.type(action.text);
        await page.keyboard.press('Enter');
      }
      break;
    case 'click': await page.mouse.click(...action.at); break;
    case 'drag':
      await page.mouse.move(...action.from);
      await page.mouse.down();
      await pass(page, 32);
      await page.mouse.move(...action.to, {steps: 3});
      await pass(page, 32);
      await page.mouse.up();
      break;
    case 'wheel': await page.mouse.move(...action.at); await page.mouse.wheel(0, action.by); break;
    case 'key': await page.keyboard.press(action.key); break;
    case 'set': await page.evaluate(([id, value]) => { globalThis.kvx.set(id, value); }, [action.id, action.value]); break; // it may be refused
    case 'view': await page.evaluate((to) => { globalThis.kvx.set('view', to); }, action.to); break;
    case 'size': await page.setViewportSize({width: action.to[0], height: action.to[1]}); break;
    case 'history':
      await page.evaluate((by) => {
        const {currentEntry, entries} = globalThis.navigation; // never out of the app
        if (entries.call(globalThis.navigation)[currentEntry.index + by]?.sameDocument) history.go(by);
      }, action.by);
      break;
    case 'hide': state.hidden = action.on; await hide(page, action.on); break;
    case 'offline': state.offline = action.on; await page.context().setOffline(action.on); break;
    case 'import': await page.evaluate((json) => { globalThis.kvx.import(json); }, OWN(action.name)); break;
    case 'wait': await pass(page, action.ms); break;
  }
  await page.evaluate(() => globalThis.__count.turn());
  await pass(page, 120);
}

/** The memory that is left after a collection; the module's own is beside it. */
async function memory(session) {
  await session.send('HeapProfiler.collectGarbage');
  const {metrics} = await session.send('Performance.getMetrics');
  const of = (name) => metrics.find((metric) => metric.name === name).value;
  return {heap: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners')};
}

const colours = (page) => page.screenshot().then((png) => page.evaluate(async (base64) => {
  const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], {type: 'image/png'}));
  const ink = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  ink.drawImage(bitmap, 0, 0);
  return new Set(new Uint32Array(ink.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size;
}, png.toString('base64')));

const MOST_HEAP = 24e6, MOST_NODES = 6000, MOST_LISTENERS = 3000;

/** One session. `next(page, state)` gives the next action or null; throws with what broke. */
async function live(start, next, told = () => {}) {
  const {page, context} = await open(start, {clock: true, picture: true, allow: [/net::ERR_INTERNET_DISCONNECTED|Failed to load resource|Failed to fetch/]});
  const state = {hidden: false, offline: false};
  const heard = [];
  page.on('console', (message) => { if (!/ERR_INTERNET_DISCONNECTED|Failed to load resource|Failed to fetch/.test(message.text())) heard.push(message.text()); });
  page.on('pageerror', (error) => heard.push(String(error.stack ?? error)));
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  try {
    const check = async () => {
      if (state.hidden) await hide(page, state.hidden = false);
      await pass(page, MIRROR);
      if (await page.evaluate(() => globalThis.kvx.get('view') !== '') && await page.evaluate(() => [...document.querySelectorAll('#semantics button')].some((el) => el.textContent === 'Pause'))) {
        await focus(page, 'button', 'Pause');
        await page.keyboard.press('Enter');
      }
      await rest(page);
      assert.deepEqual(await lint(page), [], 'the layout has no faults');
      if (await page.evaluate(() => document.body.classList.contains('drawn'))) assert.ok(await colours(page) > 30, 'the picture is blank');
      const {heap, nodes, listeners} = await memory(session);
      assert.ok(heap < MOST_HEAP && nodes < MOST_NODES && listeners < MOST_LISTENERS, `${heap} bytes, ${nodes} nodes, ${listeners} listeners are left`);
    };
    for (let i = 1; ; i++) {
      const action = await next(page, state);
      if (!action) break;
      told(action);
      await perform(page, action, state);
      assert.equal(await page.evaluate(() => document.getElementById('failure').hidden), true, 'the app stopped');
      assert.deepEqual(heard, [], 'the console stays empty');
      if (i % CHECK_EVERY === 0) await check();
    }
    await check();
    assert.deepEqual(heard, [], 'the console stays empty');
  } finally {
    await context.close();
  }
}

/** Why a list of actions breaks the page, or "". */
async function replay(start, actions) {
  const left = [...actions];
  return live(start, async () => left.shift() ?? null).then(() => '', (error) => String(error?.message ?? error));
}

/** Drops halves, quarters … while it still fails (delta debugging, Zeller and Hildebrandt 2002). */
async function shortest(start, actions) {
  const end = Date.now() + REDUCTION;
  let replays = 0;
  for (let part = actions.length >> 1; part > 0; part >>= 1) {
    for (let at = 0; at + part <= actions.length && replays < MOST_REPLAYS && Date.now() < end;) {
      const fewer = actions.toSpliced(at, part);
      replays++;
      if (await replay(start, fewer)) actions = fewer;
      else at += part;
    }
  }
  return actions;
}

for (let life = 0; life < LIVES; life++) {
  const seed = SEED * 1000 + life, start = STARTS[life], count = Math.ceil(ACTIONS / LIVES);
  test(`a monkey of ${count} actions from ${start || 'the first visit'} breaks nothing`, async () => {
    if (process.env.MONKEY_REPLAY) {
      const given = JSON.parse(process.env.MONKEY_REPLAY);
      if (given.start === start) assert.equal(await replay(start, given.actions), '');
      return;
    }
    const random = randomOf(seed), done = [];
    try {
      await live(start, async (page, state) => (done.length < count ? choose(page, random, state) : null), (action) => done.push(action));
    } catch (error) {
      const actions = await shortest(start, done);
      throw new Error(`seed ${seed}, after ${done.length} actions: ${error?.message ?? error}\nminimal sequence:\nMONKEY_REPLAY='${JSON.stringify({start, actions}).replaceAll("'", '\\u0027')}'`);
    }
  }, {limit: LIMIT});
}
