// docs/bridge.md describes the border between the page and the program; both sides and the page must say the same.
import assert from 'node:assert/strict';
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {test} from 'node:test';

const root = new URL('../../', import.meta.url);
const read = (/** @type {string} */ path) => readFileSync(new URL(path, root), 'utf8');
const all = (/** @type {string} */ text, /** @type {RegExp} */ pattern) => [...new Set([...text.matchAll(pattern)].map((m) => m[1]))].sort();

const page = read('docs/bridge.md');
const bridge = read('src/platform/web/bridge.cpp');
const scripts = readdirSync(new URL('web/', root)).filter((name) => name.endsWith('.js')).map((name) => read(`web/${name}`)).join('\n');

/** The rows of the table after a heading line: their first cells. @param {string} after */
const rows = (after) => page.slice(page.indexOf(after)).split('\n').filter((line, i, lines) => line.startsWith('|') && !lines.slice(1, i).some((other) => other.startsWith('## '))).slice(2).map((line) => line.split('|')[1]);

const documented = all(rows('## Exported C functions').join('\n'), /`(kvx_\w+)\(/g);

test('every exported function is described, and every described one is exported', () => {
  const kept = all(bridge, /EMSCRIPTEN_KEEPALIVE [^(]*?\b(kvx_\w+)\(/g);
  const listed = /set\(bridge ([^)]+)\)/.exec(read('src/platform/CMakeLists.txt'))?.[1].split(' ').map((name) => `kvx_${name}`).sort();
  assert.ok(kept.length > 20);
  assert.deepEqual(documented, kept);
  assert.deepEqual(listed, kept);
});

test('the page calls only what is exported, and all of it', () => {
  assert.deepEqual(all(scripts, /['_](kvx_[a-z]+)['(]/g), documented);
});

test('the host has exactly the methods that are called and described', () => {
  const called = all(read('src/platform/web/host_web.cpp'), /kvx_js_text\("(\w+)"/g);
  const host = read('web/host.js');
  const given = all(host.slice(host.indexOf('return {', host.indexOf('export function createHost'))), /^ {4}(\w+)(?=[:(,])/gm);
  assert.deepEqual(given, called);
  assert.deepEqual(all(rows('## Host methods').join('\n'), /`(\w+)\(/g), called);
});

/** The members of an enum of src/ui/events.h with their numbers, in camelCase. @param {string} name */
function members(name) {
  const body = new RegExp(`enum class ${name}[^{]*\\{([^}]+)\\}`).exec(read('src/ui/events.h'))?.[1].replaceAll(/\/\/.*/g, '') ?? '';
  let next = 0;
  return Object.fromEntries(body.split(',').map((row) => row.trim()).filter(Boolean).map((row) => {
    const [id, value] = row.split(/\s*=\s*/);
    next = (value === undefined ? next : Number(value)) + 1;
    return [id.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase()), next - 1];
  }));
}

test('events and flags have the same numbers on both sides, and the flags are described', async () => {
  const {FLAG, POINTER, POINTER_KIND, MODIFIER, ACT} = await import('../../web/events.js');
  const names = {ViewportFlag: FLAG, PointerPhase: POINTER, PointerKind: POINTER_KIND, Modifier: MODIFIER, ActKind: ACT};
  for (const [name, sent] of Object.entries(names)) assert.deepEqual(members(name), sent, name);
  const text = /flags: (.+) \|$/m.exec(page.slice(page.indexOf('`kvx_viewport(')))?.[1] ?? '';
  assert.deepEqual(text.split(', ').map((flag) => Number.parseInt(flag, 10)), Object.values(FLAG));
});

test('every file that the page names exists', () => {
  for (const path of all(page, /`((?:src|web|docs|tests|tools)\/[\w./-]*)`/g)) assert.ok(existsSync(new URL(path, root)), path);
});
