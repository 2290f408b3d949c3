// tools/check-pwa.sh passes our app and names the faults of a poor one.
import {execFile} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {address, assert, later, ownServer, ROOT, test} from './harness.mjs';

const judge = (url) => new Promise((done) => execFile(process.execPath, [join(ROOT, 'tools/check-pwa.mjs'), url], {encoding: 'utf8', env: {...process.env, FORCE_COLOR: ''}}, (error, out) => done({code: error?.code ?? 0, out})));

test('the check passes this app', async () => {
  const {code, out} = await judge(await address());
  assert.equal(code, 0, out);
  assert.match(out, /\n100 % /, out);
});

test('the check names what a poor site lacks', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'kvx-poor-'));
  later(() => rmSync(dir, {recursive: true, force: true}));
  const png = Buffer.alloc(33); // says it is 1 × 1
  png.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
  png.writeUInt32BE(1, 16);
  png.writeUInt32BE(1, 20);
  writeFileSync(join(dir, 'icon.png'), png);
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify({name: 'Poor', start_url: './', display: 'browser', icons: [{src: 'icon.png', sizes: '192x192', type: 'image/png'}]}));
  writeFileSync(join(dir, 'index.html'), '<!doctype html><title>Poor</title><meta name=viewport content="width=device-width, user-scalable=no"><link rel=manifest href=manifest.json>Hello');
  const server = await ownServer(dir);
  const {code, out} = await judge(server.url);
  assert.equal(code, 1, out);
  const failed = out.split('\n').filter((line) => /^ {2}[✗!]/.test(line)).map((line) => line.slice(4).split('  ')[0]);
  for (const what of ['language', 'people may zoom', 'display', 'every icon has the size it says', 'an icon of 192 pixels', 'a maskable icon', 'a service worker', 'without a network the start address opens', 'the browser would install it'])
    assert.ok(failed.includes(what), `${what} in:\n${out}`);
  for (const what of ['title', 'name', 'every icon is there', 'nothing of other sites is loaded']) assert.ok(!failed.includes(what), what);
});
