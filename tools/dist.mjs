// Assembles dist/: everything a static host needs, for any sub-path, with a hash of the content in each name.
// usage: node tools/dist.mjs [--module build/wasm] [--strict]   (--strict: fail when over the size budget)
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, renameSync} from 'node:fs';
import {basename, dirname, extname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {brotliCompressSync, constants, gzipSync} from 'node:zlib';
import {releases} from './changelog.mjs';
import {readTokens, themeCss} from './theme.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(ROOT);

const args = process.argv.slice(2);
const option = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
const MODULE = option('--module', 'build/wasm');
const STRICT = args.includes('--strict');
// What the first page needs, what each other module adds, and everything for offline use: docs/performance.md
const BUDGET = {app: 350_000, module: 90_000, offline: 900_000};

/** Shipped, but not needed offline: what the system copies on installation, and the elements for other sites. */
const NOT_OFFLINE = /^(screenshots\/|icons\/.*\.png$|LICENSES\.txt$|embed|figures)/;

/** Loaded when a page, its lab or a dialog is opened, and kept for offline use. */
const LATER = /^(lab|figures|embed|share)[./-]|^modules\//;

function fail(text) {
  console.error(`error: ${text}`);
  process.exit(1);
}

const list = (folder, pattern) => (existsSync(folder) ? readdirSync(folder).filter((name) => pattern.test(name)).sort().map((name) => join(folder, name)) : []);
const hash = (bytes, kind = 'sha256', form = 'hex') => createHash(kind).update(bytes).digest(form);

// ---- inputs: nothing to do when none changed

// The program, cut into modules where the build could do that.
const SPLIT = existsSync(join(MODULE, 'split/kvx.wasm')) ? join(MODULE, 'split') : '';
const inputs = {
  module: [join(MODULE, 'kvx.js'), join(SPLIT || MODULE, 'kvx.wasm'), join(MODULE, 'lab.js'), join(MODULE, 'lab.wasm'), join(MODULE, 'figures.js'), join(MODULE, 'figures.wasm')],
  modules: SPLIT ? list(join(SPLIT, 'modules'), /\.wasm$/) : [],
  learn: list('assets/learn', /\.(bin|json)$/),
  fonts: list('build/fonts', /\.(otf|ttf)$/),
  icons: list('build/icons', /\.(png|svg)$/),
  data: list('assets', /\.json$/),
  screenshots: ['inference', 'training', 'learn', 'phone'].map((name) => `docs/images/${name}.png`),
  web: [...list('web', /\.(js|css|html)$/), ...list('web/embed', /\.(js|ts)$/)],
  top: ['manifest.json', 'sw.js', 'CHANGELOG.md', 'LICENSE'],
  tools: ['tools/dist.mjs', 'tools/theme.mjs', 'tools/changelog.mjs', 'package-lock.json'],
  tokens: ['src/ui/theme_tokens.inc'],
};
for (const path of [...inputs.module, ...inputs.top, 'web/index.html', 'web/app.css', 'web/shell.js']) {
  if (!existsSync(path)) fail(`${path} is missing${path.startsWith('build') ? ': run make' : ''}.`);
}
const licenses = [
  ['KV Cache Explorer', 'LICENSE'],
  ['Dear ImGui', 'build/third_party/imgui/LICENSE.txt'],
  ['SDL', 'build/third_party/sdl2/LICENSE.txt'],
  ['JSON for Modern C++', '/usr/share/doc/nlohmann-json3-dev/copyright'],
  ['Emscripten', '/usr/share/doc/emscripten/copyright'],
  ['uqr', 'node_modules/uqr/LICENSE'],
  ['Inter', '/usr/share/doc/fonts-inter/copyright'],
  ['JetBrains Mono', '/usr/share/doc/fonts-jetbrains-mono/copyright'],
].filter(([, path]) => existsSync(path));

const stamp = hash(
  [MODULE, ...Object.values(inputs).flat(), ...licenses.map(([, path]) => path)]
    .map((path) => (path === MODULE ? path : `${path} ${statSync(path).size} ${statSync(path).mtimeMs}`))
    .join('\n'),
);
const STAMP = 'build/stamps/dist';
if (existsSync('dist/index.html') && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) process.exit(0);

// ---- writing

const OUT = `build/dist.${process.pid}.part`;
process.on('exit', () => rmSync(OUT, {recursive: true, force: true}));
/** @type {Map<string, Buffer>} path in dist → bytes */
const files = new Map();
/** @type {Map<string, string>} token → hashed path */
const tokens = new Map();

function put(path, content) {
  files.set(path, Buffer.isBuffer(content) ? content : Buffer.from(content));
  return path;
}

/** Adds a file under its hashed name; `token` is how the sources call it. */
function putHashed(folder, name, content, token = name) {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
  const extension = extname(name);
  const path = `${folder}${basename(name, extension)}.${hash(bytes).slice(0, 8)}${extension}`;
  tokens.set(token, path);
  return put(path, bytes);
}

function fill(text, from) {
  return text.replace(/@@([\w.-]+)@@/g, (all, name) => tokens.get(name) ?? fail(`${from} names ${all}, which the build does not make. It makes: ${[...tokens.keys()].join(', ')}.`));
}

const text = (path) => readFileSync(path, 'utf8');

let esbuild;
try {
  esbuild = await import('esbuild');
} catch {
  fail('esbuild is missing: run npm ci.');
}

// Leaves first: a file's name holds its hash, so whatever names it comes later.
for (const path of inputs.fonts) putHashed('fonts/', basename(path), readFileSync(path), basename(path, extname(path)));
for (const path of inputs.icons) putHashed('icons/', basename(path), readFileSync(path));
for (const path of inputs.screenshots) putHashed('screenshots/', basename(path), readFileSync(path));
for (const path of inputs.data) {
  try {
    putHashed('', basename(path), JSON.stringify(JSON.parse(text(path))));
  } catch (error) {
    fail(`${path} is not valid JSON: ${error.message}`);
  }
}
// HTML needs it before any style is loaded: the colour of the browser's own bar.
for (const theme of ['dark', 'light']) tokens.set(`bar-${theme}`, `#${readTokens(text(inputs.tokens[0])).colours.get('bar')[theme].map((v) => v.toString(16).padStart(2, '0')).join('')}`);
for (const path of inputs.learn) putHashed('', basename(path), readFileSync(path));
putHashed('', 'kvx.wasm', readFileSync(inputs.module[1]));
for (const path of inputs.modules) putHashed('modules/', basename(path), readFileSync(path), `module ${basename(path, '.wasm')}`);
tokens.set('modules', JSON.stringify(Object.fromEntries(inputs.modules.map((path) => basename(path, '.wasm')).map((name) => [name, tokens.get(`module ${name}`)]))));
putHashed('', 'kvx.js', readFileSync(inputs.module[0]));
putHashed('', 'lab.wasm', readFileSync(inputs.module[3]));
putHashed('', 'lab-module.js', readFileSync(inputs.module[2]));
putHashed('', 'figures.wasm', readFileSync(inputs.module[5]));
putHashed('', 'figures-module.js', readFileSync(inputs.module[4]));

// Tokens are url(@@…@@) in CSS and strings in JavaScript; fill them before minifying, so that nothing splits them.
const fillTokens = {
  name: 'tokens',
  setup(build) {
    build.onLoad({filter: /[\\/]web[\\/](embed[\\/])?[^\\/]*\.js$/}, ({path}) => ({contents: fill(text(path), relative(ROOT, path)), loader: 'js'}));
  },
};
const scripts = inputs.web.filter((path) => path.endsWith('.js')).map(text).join('\n');
const themed = async (path) => {
  const css = fill(text(path), path);
  return (await esbuild.transform(themeCss(text(inputs.tokens[0]), css + scripts) + css, {loader: 'css', minify: true, target: 'es2020'})).code;
};
putHashed('', 'app.css', await themed('web/app.css'));
const minified = async (code) => (await esbuild.transform(code, {minify: true, target: 'es2020', charset: 'utf8', legalComments: 'none'})).code;
putHashed('', 'lab.js', await minified(fill(text('web/lab.js'), 'web/lab.js')));
const bundle = async (entry) => {
  const built = await esbuild
    .build({
      entryPoints: [entry], bundle: true, write: false, format: 'esm', target: entry.includes('embed') ? 'es2022' : 'es2020', minify: true, charset: 'utf8',
      legalComments: 'none', plugins: [fillTokens], logLevel: 'silent',
    })
    .catch((error) => fail(`${entry} cannot be bundled:\n${error.message}`));
  return Buffer.from(built.outputFiles[0].contents);
};
putHashed('', 'share.js', await bundle('web/share.js'));
putHashed('', 'shell.js', await bundle('web/shell.js'));
// The embedded elements keep their names, which other sites refer to.
put('embed/kv-cache-viz.js', await bundle('web/embed/kv-cache-viz.js'));
put('embed/kv-cache-viz.d.ts', text('web/embed/kv-cache-viz.d.ts'));
putHashed('', 'embed-demo.js', await minified(text('web/embed-demo.js')));
putHashed('', 'embed.css', await themed('web/embed.css'));

put('manifest.json', fill(JSON.stringify(JSON.parse(text('manifest.json'))), 'manifest.json'));
// train.html keeps links to the older app's training page alive.
for (const page of ['index.html', 'train.html', 'embed.html'])
  put(page, fill(text(`web/${page}`), `web/${page}`)
    .replace(/<!--(?!\[)[\s\S]*?-->/g, '')
    .replace(/\n\s+/g, '\n')
    .replace(/\n+/g, '\n'));
put('LICENSES.txt', licenses.map(([name, path]) => `==== ${name} ====\n\n${text(path).trim()}\n`).join('\n\n'));

// The worker knows every file by its hash; its version changes with any of them and with its own code.
const worker = text('sw.js');
const precache = [...files]
  .filter(([path]) => !NOT_OFFLINE.test(path))
  .map(([path, bytes]) => ({url: path === 'index.html' ? './' : path, integrity: `sha384-${hash(bytes, 'sha384', 'base64')}`}))
  .sort((a, b) => (a.url < b.url ? -1 : 1));
// A waiting version says what is new in it; the page shows the releases its own version does not know.
const news = releases(text('CHANGELOG.md')).slice(0, 12);
if (!news.length) fail('CHANGELOG.md holds no version.');
const version = hash(JSON.stringify(precache) + JSON.stringify(news) + worker).slice(0, 16);
if (!worker.includes('self.__PRECACHE__')) fail('sw.js does not hold self.__PRECACHE__.');
const filled = worker.replace('self.__PRECACHE__', () => JSON.stringify({version, files: precache, news}));
put('sw.js', (await esbuild.transform(filled, {minify: true, target: 'es2020', charset: 'utf8'})).code);

// ---- compressed copies and the size table

const rows = [];
for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const target = join(OUT, path);
  mkdirSync(dirname(target), {recursive: true});
  writeFileSync(target, bytes);
  let br = bytes.length;
  if (bytes.length > 200 && !/\.(png|webp|jpg)$/.test(path)) {
    const brotli = brotliCompressSync(bytes, {params: {[constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length}});
    br = Math.min(br, brotli.length);
    writeFileSync(`${target}.br`, brotli);
    writeFileSync(`${target}.gz`, gzipSync(bytes, {level: 9}));
  }
  rows.push({path, raw: bytes.length, br});
}

const sum = (keep) => rows.filter(({path}) => keep(path)).reduce((total, row) => total + row.br, 0);
const app = sum((path) => /\.(wasm|js|otf|ttf)$/.test(path) && path !== 'sw.js' && !LATER.test(path));
const largest = Math.max(0, ...rows.filter(({path}) => path.startsWith('modules/')).map(({br}) => br));
const offline = sum((path) => !NOT_OFFLINE.test(path));
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
for (const row of rows) console.log(`  ${row.path.padEnd(36)} ${kB(row.raw).padStart(11)} ${kB(row.br).padStart(10)} br`);
console.log(`  ${'module, scripts and fonts'.padEnd(36)} ${' '.repeat(11)} ${kB(app).padStart(10)} br of ${kB(BUDGET.app)}`);
console.log(`  ${'largest other module'.padEnd(36)} ${' '.repeat(11)} ${kB(largest).padStart(10)} br of ${kB(BUDGET.module)}`);
console.log(`  ${'everything offline'.padEnd(36)} ${' '.repeat(11)} ${kB(offline).padStart(10)} br of ${kB(BUDGET.offline)}`);

// The old dist disappears only when the new one is complete.
for (let tries = 5; ; --tries) {
  rmSync('dist', {recursive: true, force: true});
  try {
    renameSync(OUT, 'dist');
    break;
  } catch (error) {
    // another make has put its own there in the meantime
    if (!tries) throw error;
  }
}
mkdirSync(dirname(STAMP), {recursive: true});
writeFileSync(STAMP, stamp);
if (app > BUDGET.app || largest > BUDGET.module || offline > BUDGET.offline) {
  console.log('  over the size budget');
  if (STRICT) process.exit(1);
}
