// Splits the code of all pages but the first from the module: kvx.wasm + pages.wasm. usage: node tools/split-wasm.mjs BUILD_FOLDER
// Functions defined only in those pages' objects move; calls to them go through the table, which pages.wasm fills when loaded.
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const build = process.argv[2];
const out = join(build, 'split');
const whole = join(build, 'kvx.wasm');

/** Objects whose code only the training, learn and layout pages run. What the parameters and links of the first page need stays. */
const LATER = [
  /^scenes\/(learn|training|layout)\//,
  /^lm\/(cache|decoder|forward|kernels|ledger|prefix_cache|skills|train|weights)\./,
  /^scenes\/(cluster\/|inference\/(answers|serving_cluster)\.)/,
  /^app\/(learn_view|learn_model|explain_learn|lab|layout_view|explain_layout|view_training|view_layout|import|compare|reference_tables)\./,
  /^core\/(training\/|memory\/(cache_|kv_variants)|catalog\/hf_|serving\/fit_search)/,
  /^sim\/training_step\./,
];

const newer = (a, b) => !existsSync(b) || statSync(a).mtimeMs > statSync(b).mtimeMs;
const self = new URL(import.meta.url).pathname;
if (!newer(whole, join(out, 'kvx.wasm')) && !newer(self, join(out, 'kvx.wasm'))) process.exit(0);

const run = (tool, ...args) => execFileSync(tool, args, {encoding: 'utf8', maxBuffer: 1 << 28});
const nm = ['llvm-nm-14', 'llvm-nm'].find((name) => { try { run(name, '--version'); return true; } catch { return false; } });
if (!nm) throw new Error('llvm-nm is missing');

function objects(folder, prefix = '') {
  return readdirSync(folder, {withFileTypes: true}).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? objects(path, `${prefix}${entry.name}/`) : entry.name.endsWith('.o') ? [[`${prefix}${entry.name}`, path]] : [];
  });
}
/** @type {Map<string, string>} "scenes/learn/heads.cpp.o" → path */
const all = new Map();
for (const floor of ['core', 'sim', 'lm', 'app', 'ui', 'gfx', 'scenes', 'platform']) {
  const folder = join(build, 'src', floor, 'CMakeFiles');
  if (!existsSync(folder)) continue;
  for (const target of readdirSync(folder).filter((name) => name.startsWith(`kvx_${floor}`) || (floor === 'platform' && name === 'kvx_web.dir')))
    for (const [name, path] of objects(join(folder, target))) all.set(`${floor}/${name}`, path);
}
const defined = (paths) => new Set(paths.flatMap((path) => run(nm, '--defined-only', path).split('\n').map((line) => line.trim().split(/\s+/)).filter((p) => /^[tTwWvV]$/.test(p.at(-2) ?? '')).map((p) => p.at(-1))));
const [later, first] = [true, false].map((wanted) => [...all].filter(([name]) => LATER.some((pattern) => pattern.test(name)) === wanted).map(([, path]) => path));
const stays = defined(first);
const moves = new Set([...defined(later)].filter((name) => !stays.has(name)));

// What the linked module calls by name. LTO adds ".1" and the like to the names of what it copies.
const features = ['mutable-globals', 'bulk-memory', 'sign-ext', 'nontrapping-float-to-int', 'reference-types'].map((name) => `--enable-${name}`);
const functions = run('wasm-dis', whole, ...features).split(/^ \(func \$/m).slice(1).map((text) => ({
  name: /^[^\s()]+/.exec(text)[0], calls: [...text.matchAll(/\(call \$([^\s()]+)/g)].map((m) => m[1]),
}));
const plain = (name) => name.replace(/\\(\w\w)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))).replace(/(\.\d+|\.llvm\.\d+)+$/, '');

// The first page may only call marked entries. Whatever else it calls stays, because identical functions were merged and the
// surviving name is arbitrary.
const headers = execFileSync('grep', ['-rhE', '--include=*.h', 'KVX_DEFERRED [^(]*[(]', 'src'], {encoding: 'utf8'}); // without git: a checkout may be an archive
const entries = [...headers.matchAll(/KVX_DEFERRED (?:explicit )?[^(;]*?(\w+)\(/g)].map(([, name]) => `${name.length}${name}`).concat('4draw');
const isEntry = (name) => /^_ZN(K?3kvx)/.test(name) && entries.some((entry) => name.includes(entry));
const leaves = new Set(functions.filter(({name}) => moves.has(plain(name))).map(({name}) => name));
for (let before = -1; before !== leaves.size;) {
  before = leaves.size;
  for (const {name, calls} of functions)
    if (!leaves.has(name)) for (const callee of calls) if (leaves.has(callee) && !isEntry(plain(callee))) leaves.delete(callee);
}
const chosen = [...leaves];
if (chosen.length < 50) throw new Error(`only ${chosen.length} functions of the later pages were found`);

rmSync(out, {recursive: true, force: true});
mkdirSync(out, {recursive: true});
writeFileSync(join(out, 'functions.txt'), chosen.join('\n'));
run('wasm-split', '--split', `--split-funcs=@${join(out, 'functions.txt')}`, '--export-prefix=%', ...features,
  whole, '-o1', join(out, 'first.wasm'), '-o2', join(out, 'later.wasm'));
for (const [from, to] of [['first', 'kvx'], ['later', 'pages']])
  run('wasm-opt', join(out, `${from}.wasm`), ...features, '--strip-debug', '--strip-producers', '-Oz', '-o', join(out, `${to}.wasm`));
console.log(`  split: ${chosen.length} functions of ${functions.length} are loaded with the later pages`);
