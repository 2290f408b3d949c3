// Rules of the floors that the compiler does not see: no floor includes a higher one (not even by a relative path),
// and only src/platform knows about Emscripten. usage: node tools/check-includes.mjs
import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

const MAY_INCLUDE = {
  core: [],
  sim: ['core'],
  app: ['core', 'sim', 'lm'],
  lm: ['core'],
  ui: ['core'],
  gfx: [],
  scenes: ['core', 'sim', 'app', 'lm', 'ui', 'gfx'],
  platform: ['core', 'sim', 'app', 'lm', 'ui', 'gfx', 'scenes'],
  cli: ['core', 'sim', 'app', 'lm'],
};
// Rooms of a floor, lowest first: a room includes only the floor's root and the rooms before it.
const ROOMS = {core: ['catalog', 'memory', 'serving', 'training']};
const LIBRARIES = [
  [/^nlohmann\//, ['core', 'app', 'cli', 'platform']],
  [/^imgui/, ['ui', 'gfx', 'scenes', 'platform']],
  [/^(GLES\d|EGL|GL)\//, ['gfx', 'platform']],
  [/^SDL/, ['platform']],
  [/^emscripten/, ['platform']],
];

const faults = [];
for (const floor of readdirSync('src')) {
  if (!MAY_INCLUDE[floor]) {
    faults.push(`src/${floor}: is not a floor; the floors are ${Object.keys(MAY_INCLUDE).join(', ')}`);
    continue;
  }
  for (const name of readdirSync(join('src', floor), {recursive: true})) {
    if (!/\.(cpp|h)$/.test(name)) continue;
    const path = join('src', floor, name);
    readFileSync(path, 'utf8').split('\n').forEach((line, index) => {
      const fault = (text) => faults.push(`${path}:${index + 1}: ${text}`);
      if (floor !== 'platform' && /^\s*#\s*(if|ifdef|ifndef|elif)\b.*\b(__EMSCRIPTEN__|__wasm)/.test(line)) fault('asks for Emscripten outside src/platform');
      const include = /^\s*#\s*include\s*(["<])([^">]+)[">]/.exec(line);
      if (!include) return;
      const [, quote, target] = include;
      if (target.includes('..')) fault(`"${target}" is relative; write it from src/`);
      const of = target.split('/')[0];
      if (quote === '"' && MAY_INCLUDE[of] && of !== floor && !MAY_INCLUDE[floor].includes(of)) fault(`${floor} must not include ${of}`);
      const rooms = ROOMS[floor];
      if (quote === '"' && rooms && of === floor) {
        const room = (file) => rooms.indexOf(file.includes('/') ? file.split('/')[0] : '');
        if (room(target.slice(of.length + 1)) > room(name)) fault(`${dirname(name) === '.' ? floor : `${floor}/${dirname(name)}`} must not include ${dirname(target)}`);
      }
      for (const [pattern, floors] of LIBRARIES) {
        if (pattern.test(target) && !floors.includes(floor)) fault(`${floor} must not include <${target}>`);
      }
    });
  }
}
for (const text of faults) console.error(`  ${text}`);
if (faults.length) process.exit(1);
console.log('  includes: in order');
