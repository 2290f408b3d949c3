// Splits the page's module into a first one and others that are loaded on demand.
// usage: node tools/split-wasm.mjs BUILD_FOLDER → BUILD_FOLDER/split/kvx.wasm, BUILD_FOLDER/split/modules/*.wasm
//
// A function's module follows from the folder of its source: src/*/learn/… is the module "learn". The first module holds
// the rest. Other modules are entered through pointers only (rows of pages, virtual functions, core/deferred.h). What
// another module calls directly goes to "shared", which is loaded with any of them; what the first module calls
// directly stays there.
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {shortenNames} from './wasm-names.mjs';

const FIRST = ['frame', 'parts', 'inference']; // folders of scenes that the first picture needs
const modules = readdirSync('src/scenes', {withFileTypes: true}).filter((entry) => entry.isDirectory() && !FIRST.includes(entry.name)).map(({name}) => name).concat('import');
const named = new Map([...modules.map((name) => [name, name]), ['lm', 'learn'], ['checkpoint', 'import']]); // folder → module
/** @param {string} source "app/learn/learn_page.cpp" */
const moduleOf = (source) => named.get(source.split('/').slice(0, -1).find((folder) => named.has(folder)) ?? '') ?? 'first';

const build = process.argv[2];
const out = join(build, 'split');
const whole = join(build, 'kvx.wasm');
const newer = (a, b) => !existsSync(b) || statSync(a).mtimeMs > statSync(b).mtimeMs;
const sources = [whole, ...['split-wasm.mjs', 'wasm-names.mjs'].map((name) => new URL(name, import.meta.url).pathname)];
if (!sources.some((source) => newer(source, join(out, 'kvx.wasm')))) process.exit(0);

const run = (tool, ...args) => execFileSync(tool, args, {encoding: 'utf8', maxBuffer: 1 << 28});
const nm = ['llvm-nm-14', 'llvm-nm'].find((name) => { try { run(name, '--version'); return true; } catch { return false; } });
if (!nm) throw new Error('llvm-nm is missing');

// ---- which object defines which function

/** @type {Map<string, string>} function → module of its folder */
const home = new Map();
// not every object in the folder: those of deleted files stay there
for (const {file, command} of JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8'))) {
  const source = relative('src', file);
  if (source.startsWith('..') || /^platform\/(lab|embed)\//.test(source)) continue;
  const module = moduleOf(source);
  for (const line of run(nm, '--defined-only', join(build, / -o (\S+)/.exec(command)[1])).split('\n')) {
    const words = line.trim().split(/\s+/);
    if (!/^[tTwWvV]$/.test(words.at(-2) ?? '')) continue;
    const name = words.at(-1);
    home.set(name, home.has(name) && home.get(name) !== module ? 'any' : module);
  }
}

// ---- what calls what in the linked module

const features = ['mutable-globals', 'bulk-memory', 'sign-ext', 'nontrapping-float-to-int', 'reference-types'].map((name) => `--enable-${name}`);
const text = run('wasm-dis', whole, ...features);
const [head, ...bodies] = text.split(/^ \(func \$/m);
const functions = bodies.map((body) => ({size: body.length, name: /^[^\s()]+/.exec(body)[0], calls: [...body.matchAll(/\((?:return_)?call \$([^\s()]+)/g)].map((m) => m[1])}));
// wasm-dis escapes what its text form cannot hold; LTO adds ".1" and the like to copies
const plain = (name) => name.replace(/\\(\w\w)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))).replace(/(\.\d+|\.llvm\.\d+)+$/, '');
const entered = new Set([...head.matchAll(/^ \((?:elem|start|export)[^\n]*/gm)].flatMap(([line]) => [...line.matchAll(/\$([^\s()]+)/g)].map((m) => m[1])));

// ---- each function's module: that of its folder, or a wider one if others call it

/** @param {string|undefined} a @param {string} b */
const wider = (a, b) => (a === undefined || a === b ? b : a === 'first' || b === 'first' ? 'first' : 'shared');
/** @type {Map<string, string>} */
const module = new Map();
for (const {name} of functions) {
  const own = home.get(plain(name));
  if (own && own !== 'any' && own !== 'first') module.set(name, own);
  else if (entered.has(name)) module.set(name, 'first'); // any module may call it through a pointer
}
function spread() {
  for (let changed = true; changed;) {
    changed = false;
    for (const {name, calls} of functions) {
      const caller = module.get(name);
      if (!caller) continue;
      for (const callee of calls) {
        const before = module.get(callee), after = wider(before, caller);
        if (after !== before) module.set(callee, after), changed = true;
      }
    }
  }
}
spread();
// The optimiser keeps one of equal functions, under the name of any: a small one that is entered through a pointer and calls
// nothing larger of its module, as what copies, calls or destroys a std::function, may belong to any module.
const SMALL = 2500; // characters of its text
const byName = new Map(functions.map((f) => [f.name, f]));
/** @param {string} name @param {Set<string>} seen */
function belongsToAny(name, seen = new Set()) {
  const f = byName.get(name);
  if (!f || seen.has(name) || ['first', undefined].includes(module.get(name))) return true;
  seen.add(name);
  return f.size < SMALL && f.calls.every((callee) => belongsToAny(callee, seen));
}
for (const {name} of functions) if (entered.has(name) && belongsToAny(name)) module.set(name, 'first');
spread();
/** @type {Map<string, string[]>} */
const parts = new Map();
for (const {name} of functions) {
  const of = module.get(name) ?? 'first';
  if (of !== 'first') parts.set(of, [...(parts.get(of) ?? []), name]);
}
for (const name of modules) if (!parts.has(name)) throw new Error(`nothing was found for the module "${name}": is it entered through pointers only?`);

// ---- cutting

rmSync(out, {recursive: true, force: true});
mkdirSync(join(out, 'modules'), {recursive: true});
const shrink = (from, to) => run('wasm-opt', from, ...features, '--strip-debug', '--strip-producers', '-Oz', '-o', to);
const rest = join(out, 'rest.wasm'), smaller = join(out, 'smaller.wasm'), cut = join(out, 'cut.wasm'), list = join(out, 'functions.txt');
run('wasm-opt', whole, ...features, '-g', '-o', rest);
for (const [name, chosen] of parts) {
  writeFileSync(list, chosen.join('\n'));
  run('wasm-split', '--split', `--split-funcs=@${list}`, '--export-prefix=%', ...features, '-g', rest, '-o1', smaller, '-o2', cut);
  renameSync(smaller, rest);
  shrink(cut, join(out, 'modules', `${name}.wasm`));
}
shrink(rest, join(out, 'kvx.wasm'));
const files = new Map([...parts.keys()].map((name) => [name, join(out, 'modules', `${name}.wasm`)]));
const short = shortenNames(readFileSync(join(out, 'kvx.wasm')), new Map([...files].map(([name, path]) => [name, readFileSync(path)])), '%');
writeFileSync(join(out, 'kvx.wasm'), short.first);
for (const [name, path] of files) writeFileSync(path, short.others.get(name));
for (const file of [rest, cut, list]) rmSync(file, {force: true});
const kept = functions.filter(({name}) => module.get(name) === 'first' && !['first', 'any', undefined].includes(home.get(plain(name))));
console.log(`  split: ${[...parts].map(([name, chosen]) => `${name} ${chosen.length}`).join(', ')} of ${functions.length} functions; ${kept.length} stay because the first module calls them`);
if (process.env.KVX_SPLIT_LIST) writeFileSync(process.env.KVX_SPLIT_LIST, kept.map(({name}) => `${home.get(plain(name))} ${name}`).sort().join('\n'));
