// The main journeys in Chromium, Firefox and WebKit, each in a process of its own. usage: node tests/engines/run.mjs [engine or words of a journey …]
// Last line: N passed, N failed
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const {ENGINES} = await import('./drivers.mjs');
const {DIST, journeys, place} = await import('./journeys.mjs');
const {person} = await import('./person.mjs');
const {within} = await import('../e2e/harness.mjs');
const {serve} = await import('../../tools/serve.mjs');
if (!existsSync(DIST)) {
  console.log(`${DIST} holds no page: run make dist.\n0 passed, 1 failed`);
  process.exit(1);
}

const named = process.argv.slice(2).map((word) => word.toLowerCase());
const isEngine = (/** @type {string} */ word) => Object.keys(ENGINES).some((name) => name.toLowerCase() === word);
const engines = Object.keys(ENGINES).filter((name) => !named.some(isEngine) || named.includes(name.toLowerCase()));
const wanted = named.filter((word) => !isEngine(word));

/** Firefox and WebKit have WebGL2 only with a display: each engine gets a virtual one, and ports of its own. @param {string} name @param {number} i */
async function underDisplay(name, i) {
  const display = ['-n', String(120 + 20 * i), '-a', '-s', '-screen 0 1400x1000x24'];
  const run = spawn('xvfb-run', [...display, process.execPath, fileURLToPath(import.meta.url), name, ...wanted],
    {stdio: ['ignore', 'pipe', 'inherit'], env: {...process.env, ENGINE: name, ENGINE_PORT: String(8800 + 30 * i)}});
  let total;
  createInterface({input: run.stdout}).on('line', (line) => {
    const sum = /^(\d+) passed, (\d+) failed$/.exec(line);
    if (sum) total = sum.slice(1).map(Number);
    else console.log(line);
  });
  const [what] = await Promise.race([once(run, 'close'), once(run, 'error')]);
  if (what instanceof Error) console.log(`FAIL ${name}: the engines need xvfb-run (Debian: xvfb, xauth): ${what.message}`);
  else if (!total) console.log(`FAIL ${name}: its process ended early (${what})`);
  return total ?? [0, 1];
}

if (!process.env.ENGINE) {
  const sum = [0, 0];
  const left = [...engines.entries()];
  await Promise.all(Array.from({length: Math.min(engines.length, availableParallelism())}, async () => {
    for (let next; (next = left.shift());) for (const [k, n] of (await underDisplay(next[1], next[0])).entries()) sum[k] += n;
  }));
  console.log(`${sum[0]} passed, ${sum[1]} failed`);
  process.exit(sum[1] || !sum[0] ? 1 : 0);
}

/** Messages an engine logs by itself when a journey takes the host away or breaks a file. */
const EXPECTED = [/integrity|digest|Failed to load|NetworkError|Load failed|graphics driver|context/i];
const PORT = Number(process.env.ENGINE_PORT);
const LIMIT = 300_000, ALL = 15 * 60_000; // ms; only what hangs takes as long
const {server, url} = await serve({dir: DIST, port: PORT});
let passed = 0, failed = 0, now = '';
setTimeout(() => {
  console.log(`FAIL the journeys take longer than ${ALL / 60_000} minutes; now: ${now}\n${passed} passed, ${failed + 1} failed`);
  process.exit(1);
}, ALL).unref();
for (const name of engines) {
  if (!ENGINES[name]) {
    console.log(`FAIL ${name} is not installed`);
    failed++;
    continue;
  }
  let told = false;
  for (const {name: what, run} of journeys) {
    if (wanted.length && !wanted.some((word) => what.toLowerCase().includes(word))) continue;
    const start = performance.now();
    now = `${name}: ${what}`;
    let browser;
    const here = await place(url);
    const travel = async () => {
      browser = await ENGINES[name]();
      if (!told) console.log(`${name}: ${browser.version}`);
      told = true;
      const who = person(await browser.page());
      const skipped = await run(who, here);
      const heard = (await who.heard()).filter((line) => !EXPECTED.some((pattern) => pattern.test(line)));
      if (heard.length) throw new Error(`the console stays empty, but: ${heard.join('\n')}`);
      return skipped;
    };
    try {
      const skipped = await within(LIMIT, what, travel());
      if (!skipped) passed++;
      console.log(skipped ? `--   ${name}: ${what}: ${skipped}` : `ok   ${name}: ${what} (${Math.round(performance.now() - start)} ms)`);
    } catch (error) {
      failed++;
      console.log(`FAIL ${name}: ${what}\n     ${String(error?.stack ?? error).split('\n').slice(0, 16).join('\n     ')}`);
    } finally {
      await browser?.close().catch(() => {});
      await within(LIMIT, 'cleaning up', here.cleanUp()).catch((error) => console.log(`     ${error.message}`));
    }
  }
}
server.close();
server.closeAllConnections();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
