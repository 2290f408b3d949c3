// Tests of what is shipped: the manifest, the names, the offline list, no trace of the machine. Ends with "N passed, N failed".
import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {serve} from './serve.mjs';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
let passed = 0;
let failed = 0;
async function test(name, body) {
  try {
    await body();
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`  FAILED ${name}: ${error.message}`);
  }
}
const expect = (truth, text) => {
  if (!truth) throw new Error(text);
};
const files = readdirSync('dist', {recursive: true}).filter((name) => statSync(join('dist', name)).isFile()).sort();
const plain = files.filter((name) => !/\.(br|gz)$/.test(name));
const read = (name) => readFileSync(join('dist', name));
const manifest = JSON.parse(read('manifest.json'));
const png = (name) => {
  const bytes = read(name);
  expect(bytes.toString('latin1', 1, 4) === 'PNG', `${name} is not a PNG`);
  return {width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20)};
};

await test('the manifest has what installing needs', () => {
  for (const key of ['name', 'short_name', 'start_url', 'scope', 'display', 'background_color', 'theme_color', 'icons']) expect(manifest[key], `${key} is missing`);
  for (const size of ['192x192', '512x512']) expect(manifest.icons.some((icon) => icon.sizes === size && icon.type === 'image/png'), `no PNG icon of ${size}`);
  expect(manifest.icons.some((icon) => icon.purpose === 'maskable'), 'no maskable icon');
});
await test('every picture of the manifest exists and has the size it says', () => {
  for (const {src, sizes, type} of [...manifest.icons, ...(manifest.screenshots ?? [])]) {
    expect(existsSync(join('dist', src)), `${src} is missing`);
    if (type !== 'image/png') continue;
    const {width, height} = png(src);
    expect(`${width}x${height}` === sizes, `${src} is ${width}x${height}, not ${sizes}`);
  }
});
await test('only relative addresses', () => {
  for (const url of [manifest.start_url, manifest.scope, ...manifest.icons.map((icon) => icon.src), ...(manifest.shortcuts ?? []).map((shortcut) => shortcut.url)]) {
    expect(!/^(\/|[a-z]+:)/i.test(url), `${url} in the manifest`);
  }
  const html = read('index.html').toString();
  for (const [, url] of html.matchAll(/(?:href|src)="([^"]*)"/g)) {
    expect(!url.startsWith('/'), `${url} in index.html`);
    if (!/^(https?:|#|data:)/.test(url)) expect(url === './' || existsSync(join('dist', url)), `index.html names ${url}, which is not there`);
  }
});
await test('no token is left', () => {
  for (const name of plain.filter((each) => /\.(html|js|css|json)$/.test(each))) {
    expect(!/@@[\w.-]+@@/.test(read(name).toString()), `${name} holds ${/@@[\w.-]+@@/.exec(read(name).toString())?.[0]}`);
    expect(!read(name).includes('self.__PRECACHE__'), `${name} holds the list's placeholder`);
  }
});
await test('names hold the hash of the content', () => {
  for (const name of plain) {
    const match = /\.([0-9a-f]{8})\.\w+$/.exec(name);
    if (match) expect(createHash('sha256').update(read(name)).digest('hex').startsWith(match[1]), `${name} does not`);
    else expect(['index.html', 'train.html', 'embed.html', 'embed/kv-cache-viz.js', 'embed/kv-cache-viz.d.ts', 'sw.js', 'manifest.json', 'LICENSES.txt'].includes(name), `${name} has no hash in its name`);
  }
});
await test('the offline list is complete and right', () => {
  const worker = read('sw.js').toString();
  const listed = [...worker.matchAll(/url:\s*"([^"]+)",\s*integrity:\s*"(sha384-[^"]+)"/g)];
  expect(listed.length > 5, `it lists ${listed.length} files`);
  const names = new Set(listed.map(([, url]) => (url === './' ? 'index.html' : url)));
  for (const name of plain) {
    if (!/^(sw\.js|LICENSES\.txt|screenshots\/.*|icons\/.*\.png|embed.*|figures.*)$/.test(name)) expect(names.has(name), `${name} is not listed`);
  }
  for (const [, url, integrity] of listed) {
    const bytes = read(url === './' ? 'index.html' : url);
    expect(`sha384-${createHash('sha384').update(bytes).digest('base64')}` === integrity, `${url} has another hash`);
  }
});
await test('nothing of this machine, and nothing that a strict policy forbids', () => {
  for (const name of plain.filter((each) => each !== 'LICENSES.txt')) {
    const bytes = read(name);
    expect(!bytes.includes(process.cwd()), `${name} holds the path of the checkout`);
    if (name.endsWith('.js')) expect(!/\beval\(|new Function\(/.test(bytes.toString()), `${name} holds eval or new Function`);
  }
});
await test('the module is small and WebAssembly', () => {
  const wasm = plain.find((name) => /^kvx\.[0-9a-f]+\.wasm$/.test(name));
  expect(wasm && read(wasm).toString('latin1', 0, 4) === '\0asm', 'no module');
  const size = files.filter((name) => /\.(wasm|js|otf|ttf)\.br$/.test(name) && name !== 'sw.js.br' && !/^(lab|figures|embed|share)[./-]|^modules\//.test(name)).reduce((total, name) => total + statSync(join('dist', name)).size, 0);
  const budget = plain.some((name) => name.startsWith('modules/')) ? 350_000 : 460_000; // in one module where the build could not cut it
  expect(size <= budget, `module, scripts and fonts are ${size} bytes with brotli, more than ${budget}`);
});

// The server of make: what a page needs from its host.
const {server, url} = await serve({port: 18321});
const wasm = plain.find((name) => name.endsWith('.wasm'));
await test('the deploying page and the document say the policy that is served', async () => {
  const policy = (await fetch(url)).headers.get('content-security-policy');
  expect(readFileSync('docs/deploy.md', 'utf8').includes(policy), 'docs/deploy.md has another policy');
  const page = /Content-Security-Policy" content="([^"]+)"/.exec(read('index.html').toString())?.[1];
  const parts = (text) => text.split('; ').filter((part) => !/^frame-/.test(part)).sort().join('; ');
  expect(page && parts(page) === parts(policy), 'index.html has another policy');
});
await test('types, long caching and the policy', async () => {
  const response = await fetch(url + wasm, {headers: {'accept-encoding': 'identity'}});
  expect(response.headers.get('content-type') === 'application/wasm', response.headers.get('content-type'));
  expect(/immutable/.test(response.headers.get('cache-control')), 'a hashed file is not immutable');
  expect(Number(response.headers.get('content-length')) === read(wasm).length, 'wrong length');
  await response.arrayBuffer();
  const page = await fetch(url);
  expect(page.status === 200 && page.headers.get('cache-control') === 'no-cache', 'the page is not revalidated');
  expect(/wasm-unsafe-eval/.test(page.headers.get('content-security-policy')), 'no policy');
  expect((await fetch(`${url}manifest.json`)).headers.get('content-type') === 'application/manifest+json', 'type of the manifest');
});
await test('unchanged is 304, ranges are 206 and 416, the rest is refused', async () => {
  const tag = (await fetch(url)).headers.get('etag');
  expect((await fetch(url, {headers: {'if-none-match': tag}})).status === 304, 'no 304');
  const part = await fetch(url + wasm, {headers: {range: 'bytes=1-3'}});
  expect(part.status === 206 && (await part.text()) === 'asm', 'no range');
  expect((await fetch(url + wasm, {headers: {range: 'bytes=99999999-'}})).status === 416, 'no 416');
  expect((await fetch(`${url}..%2fpackage.json`)).status === 404, 'reads outside dist');
  expect((await fetch(`${url}nothing`)).status === 404, 'no 404');
  expect((await fetch(url, {method: 'POST'})).status === 405, 'no 405');
});
await test('a compressed copy is the same content', async () => {
  const response = await fetch(url + wasm, {headers: {'accept-encoding': 'br'}});
  expect(response.headers.get('content-encoding') === 'br', 'not compressed');
  expect(Buffer.from(await response.arrayBuffer()).equals(read(wasm)), 'other content');
});
server.close();
server.closeAllConnections?.();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
