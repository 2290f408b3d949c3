// What docs/security.md promises: nothing from other sites, nothing personal kept, nothing sent.
import {assert, open, press, rest, set, test, until} from './harness.mjs';

test('through every page, the lab, sharing and importing: only its own host is contacted, only for files, and only settings are kept', async () => {
  const {page, context} = await open('?view=inference&batch=4');
  const {origin} = new URL(page.url());
  const asked = [];
  context.on('request', (request) => asked.push({url: request.url(), method: request.method(), body: request.postData()}));
  for (const [view, more] of [['training', {devices: '8'}], ['learn', {lesson: 'lab', 'lab-steps': '300'}], ['layout', {}], ['inference', {show: 'tables'}]]) {
    await set(page, 'view', view);
    for (const [id, value] of Object.entries(more)) await set(page, id, value);
    await rest(page);
    if (view === 'learn') {
      await press(page.getByRole('button', {name: 'Train', exact: true}));
      await until(page, () => /[1-9]\d* of 300 steps/.test(document.getElementById('semantics').textContent));
      await press(page.getByRole('button', {name: 'Pause training', exact: true}));
    }
  }
  await page.evaluate(() => globalThis.kvx.import(JSON.stringify({_name_or_path: 'secret-project', model_type: 'llama', hidden_size: 2048, num_hidden_layers: 9, num_attention_heads: 32, vocab_size: 32000, max_position_embeddings: 8192, intermediate_size: 8192})));
  await rest(page);
  await press(page.getByRole('button', {name: 'Share this configuration', exact: true}));
  await page.getByRole('dialog', {name: 'Share and export'}).waitFor();
  await page.keyboard.press('Escape');
  await rest(page);

  for (const {url, method, body} of asked) {
    assert.equal(method, 'GET', url);
    assert.equal(body, null, url);
    if (/^(data|blob):/.test(url)) continue;
    assert.equal(new URL(url).origin, origin);
    assert.doesNotMatch(url, /secret-project|batch=/, 'no setting is sent');
  }
  const kept = await page.evaluate(async () => ({
    local: Object.entries(localStorage), session: sessionStorage.length, cookie: document.cookie,
    databases: (await indexedDB.databases()).length, caches: (await caches.keys()).map((name) => name.split(':')[0]),
  }));
  assert.deepEqual(kept.local.map(([key]) => key.split(':')[0]).filter((key) => key !== 'kvx-install-asked'), ['kvx-session']);
  const session = JSON.parse(kept.local.find(([key]) => key.startsWith('kvx-session'))[1]);
  assert.deepEqual(Object.keys(session).filter((key) => !['v', 'query', 'theme', 'keys', 'tour', 'own'].includes(key)), []);
  assert.deepEqual({session: kept.session, cookie: kept.cookie, databases: kept.databases}, {session: 0, cookie: '', databases: 0});
  assert.ok(kept.caches.every((name) => name === 'kvx'));
});
