// What must work in every engine. Each journey gets a fresh profile.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {cpSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {serve} from '../../tools/serve.mjs';
import {nextVersion, outcome} from '../e2e/versions.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const DIST = process.env.DIST ?? join(ROOT, 'dist');
const CLI = process.env.KVX ?? join(ROOT, 'build/native/kvx');
const told = (query) => Object.fromEntries(JSON.parse(execFileSync(CLI, [query, '--json'], {encoding: 'utf8', maxBuffer: 1 << 26})).quantities.map((q) => [q.id, q.text]));

/** @type {{name: string, run: (who: ReturnType<import('./person.mjs').person>, place: Place) => Promise<void>}[]} */
export const journeys = [];
const journey = (name, run) => journeys.push({name, run});

/**
 * @typedef {object} Place  the address of the app, and what only this journey changes
 * @property {string} url
 * @property {() => Promise<{url: string, dir: string, stop: () => Promise<void>}>} ownServer  serves a copy of dist/
 */
/** @returns {Promise<Place & {cleanUp: () => Promise<void>}>} */
export async function place(sharedUrl) {
  const undo = [];
  return {
    url: sharedUrl,
    async ownServer() {
      const dir = mkdtempSync(join(tmpdir(), 'kvx-engines-'));
      cpSync(DIST, dir, {recursive: true});
      const {server, url} = await serve({dir, port: Number(process.env.ENGINE_PORT) + 15});
      let open = true;
      const stop = async () => {
        if (!open) return;
        open = false;
        await new Promise((done) => { server.close(done); server.closeAllConnections(); });
      };
      undo.push(stop, () => rmSync(dir, {recursive: true, force: true}));
      return {url, dir, stop};
    },
    async cleanUp() { for (const fn of undo) await fn(); },
  };
}

journey('the first page draws with WebGL2, shows the figures of the command line, and rests', async (me, {url}) => {
  const query = '?view=inference&model=llama-3.1-70b&gpu=h200-sxm-141gb&batch=4&kv=fp8';
  await me.open(url + query);
  await me.rest();
  assert.equal(await me.page.run(() => document.body.classList.contains('drawn')), true, 'WebGL2 is there');
  assert.deepEqual(await me.figures(), told(query));
  assert.ok(await me.colours() > 100, 'there is a picture');
  assert.deepEqual(await me.page.run(() => globalThis.kvx.lint()), []);
  // No frame and no timer is pending once the last message has gone; WebKit’s driver sets one of a minute for each of its scripts.
  await me.until(() => globalThis.__count.still(1));
});

journey('each kind of control by keyboard, by role and name', async (me, {url}) => {
  await me.open(`${url}?view=inference`);
  await me.rest();
  await me.press('switch', 'FlashAttention', ' ');
  await me.has('fa', '0');
  await me.press('slider', 'Batch', 'End');
  await me.until(() => Number(globalThis.kvx.get('batch')) > 8);
  await me.rest(); // the field shows it too
  await me.fill('textbox', 'Batch, number', '5');
  await me.has('batch', '5');
  await me.press('radio', 'BF16', 'ArrowRight');
  await me.until(() => globalThis.kvx.get('dtype') !== 'bf16');
  await me.focus('combobox', 'Model');
  await me.page.run(() => { // a native select: the system draws its list
    const list = document.activeElement;
    list.value = 'deepseek-v3';
    list.dispatchEvent(new Event('change', {bubbles: true}));
  });
  await me.has('model', 'deepseek-v3');
  await me.press('button', 'Weights');
  await me.see('dialog');
  await me.page.press('Escape');
  await me.gone('dialog', null);
  await me.page.press('?');
  await me.see('dialog', 'Help');
  await me.page.press('Escape');
  await me.gone('dialog', null);
});

journey('Tab goes through the page with a visible focus', async (me, {url}) => {
  await me.open(`${url}?view=inference`);
  await me.rest();
  await me.page.run(() => { document.getElementById('app').focus(); });
  const seen = new Set();
  for (let i = 0; i < 12; i++) {
    await me.page.press('Tab');
    const {id, ring} = await me.page.run(() => ({id: document.activeElement.dataset.id, ring: getComputedStyle(document.activeElement).outlineStyle}));
    assert.ok(id, `stop ${i} is one of ours`);
    assert.equal(ring, 'solid', id);
    seen.add(id);
  }
  assert.equal(seen.size, 12, 'each one once');
});

journey('the mouse plays, pauses and moves through the timeline', async (me, {url}) => {
  await me.open(`${url}?view=inference&at=0&context=131072`);
  await me.rest();
  await me.click('button', 'Play');
  await me.see('button', 'Pause');
  await me.until(() => Number(globalThis.kvx.get('at')) > 0);
  await me.click('button', 'Pause');
  await me.see('button', 'Play');
  const bar = await me.see('slider', 'Position');
  await me.page.click(bar.x, bar.y);
  await me.until(() => Number(globalThis.kvx.get('at')) > 131072 * 0.35 && Number(globalThis.kvx.get('at')) < 131072 * 0.65);
});

journey('a finger plays and pauses, once each', async (me, {url}) => {
  if (!me.page.tap) return 'this engine’s driver has no touch';
  await me.open(`${url}?view=inference&at=0&context=131072`);
  await me.rest();
  const where = await me.page.run(() => {
    const {x, y, width, height} = document.getElementById('stage').getBoundingClientRect();
    globalThis.__kinds = [];
    document.getElementById('app').addEventListener('pointerdown', (e) => globalThis.__kinds.push(e.pointerType), true);
    return {x: x + width / 2, y: y + height * 0.45};
  });
  await me.page.tap(where.x, where.y);
  await me.see('button', 'Pause');
  await me.page.tap(where.x, where.y);
  await me.see('button', 'Play');
  await me.rest();
  assert.deepEqual(await me.page.run(() => globalThis.__kinds), ['touch', 'touch']);
  await me.see('button', 'Play');
});

for (const [view, query] of [['training', '?view=training&model=llama-3.1-8b&devices=8'], ['learn', '?view=learn&tour=9&token=4'], ['layout', '?view=layout&model=gemma-2-27b&at=10000&current-layer=3&batch=2']]) {
  journey(`the ${view} page opens from the first one, and by its link with the figures of the command line`, async (me, {url}) => {
    await me.open(`${url}?view=inference`);
    await me.page.run((id) => document.querySelector(`[data-id="page.${id}"]`).focus(), view);
    await me.page.press('Enter');
    await me.has('view', view);
    await me.until((v) => location.search.includes(`view=${v}`), view);
    await me.open(url + query);
    await me.until(() => globalThis.kvx.quantities().quantities.length > 0);
    await me.rest();
    assert.deepEqual(await me.figures(), told(query));
    assert.ok(await me.colours() > 100);
    assert.deepEqual(await me.page.run(() => globalThis.kvx.lint()), []);
  });
}

journey('the lab trains in its worker', async (me, {url}) => {
  await me.open(`${url}?view=learn&lesson=lab&lab-steps=300&lab-batch=8&lab-length=32`);
  await me.rest();
  await me.press('button', 'Train');
  await me.until(() => /[1-9]\d* of 300 steps/.test(document.getElementById('semantics').textContent));
});

journey('a link is kept, a session remembered, a config.json taken', async (me, {url}) => {
  await me.open(`${url}?view=inference&batch=3`);
  await me.set('batch', '7');
  await me.until(() => location.search.includes('batch=7'));
  await me.reload();
  assert.equal(await me.get('batch'), '7');
  await me.open(url);
  assert.equal(await me.get('batch'), '7', 'without a link the last state');
  await me.page.run((json) => {
    const data = new DataTransfer();
    data.items.add(new File([json], 'config.json', {type: 'application/json'}));
    document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
  }, JSON.stringify({_name_or_path: 'Dropped', model_type: 'llama', hidden_size: 2048, num_hidden_layers: 9, num_attention_heads: 32, vocab_size: 32000, max_position_embeddings: 8192, intermediate_size: 8192}));
  await me.has('model', 'own-dropped');
});

journey('share: link, code and files', async (me, {url}) => {
  await me.open(`${url}?view=inference&batch=3`);
  await me.press('button', 'Share this configuration');
  await me.see('dialog', 'Share and export');
  assert.equal((await me.see('textbox', 'Link')).value, await me.page.run(() => location.href));
  await me.see('img', 'QR code of the link');
  await me.page.press('Escape');
  await me.gone('dialog', 'Share and export');
});

journey('without the host it works: any query, reload, second tab', async (me, {ownServer}) => {
  const server = await ownServer();
  await me.open(server.url);
  assert.equal((await me.controlled()).length, 1);
  await server.stop();
  await me.open(`${server.url}?view=inference&model=llama-3.1-70b&batch=3`);
  assert.equal(await me.get('model'), 'llama-3.1-70b');
  await me.reload();
  assert.equal(await me.get('batch'), '3');
  await me.open(`${server.url}?view=training&devices=8`);
  await me.until(() => globalThis.kvx.quantities().quantities.length > 0);
  const {person} = await import('./person.mjs');
  const second = person(await me.page.another());
  await second.open(`${server.url}index.html?view=inference&batch=6`);
  assert.equal(await second.get('batch'), '6');
});

journey('a new version waits, is offered with what is new, and takes over when asked', async (me, {ownServer}) => {
  const server = await ownServer();
  await me.open(`${server.url}?view=inference&batch=9`);
  const [before] = await me.controlled();
  nextVersion(server.dir, {news: {release: 'tomorrow', lines: ['A thing nobody has seen']}});
  await me.page.run(() => navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => true));
  await me.text('New version ready');
  await me.text('A thing nobody has seen');
  assert.equal(await me.page.run(() => document.documentElement.outerHTML.includes('<!-- next')), false);
  await me.page.run(() => { globalThis.__old = true; });
  await me.click('button', 'Update');
  await me.until(() => !globalThis.__old && globalThis.__ready === true);
  const names = await me.controlled();
  assert.equal(names.length, 1);
  assert.notEqual(names[0], before);
  assert.equal(await me.get('batch'), '9');
});

journey('a damaged version is not taken, and the old one goes on without the host', async (me, {ownServer}) => {
  const server = await ownServer();
  await me.open(`${server.url}?view=inference&batch=3`);
  const before = await me.controlled();
  nextVersion(server.dir, {damage: true});
  assert.equal(await outcome({evaluate: me.page.run}), 'redundant');
  assert.deepEqual(await me.controlled(), before);
  await server.stop();
  await me.reload();
  assert.equal(await me.get('batch'), '3');
});

journey('a lost context comes back', async (me, {url}) => {
  await me.open(`${url}?view=inference&batch=4`);
  await me.rest();
  const before = await me.colours();
  await me.page.run(() => {
    globalThis.__lose = document.getElementById('canvas').getContext('webgl2').getExtension('WEBGL_lose_context');
    globalThis.__lose.loseContext();
  });
  await me.text('The graphics driver was reset');
  await me.page.run(() => { globalThis.__lose.restoreContext(); });
  await me.until(() => !document.getElementById('toasts').textContent.includes('graphics driver'));
  await me.rest();
  assert.ok(Math.abs(await me.colours() - before) < before * 0.1, 'the same picture');
});

journey('the elements for other pages', async (me, {url}) => {
  await me.page.goto(`${url}embed.html`);
  await me.until(() => document.getElementById('plain')?.shadowRoot?.getElementById('summary')?.textContent.includes('KV cache of 6 layers'));
  await me.until(() => document.getElementById('held').shadowRoot.querySelectorAll('[role=group]').length > 10);
  await me.until(() => /GiB/.test(document.getElementById('footprint').shadowRoot.textContent));
});

