// The main journeys in Chromium, Firefox and WebKit. usage: node tests/engines/run.mjs [engine or words of a journey …]; last line: N passed, N failed
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const words = process.argv.slice(2);
// Firefox and WebKit have WebGL2 only with a display: start again under a virtual one.
if (!process.env.DISPLAY) {
  const {status, error} = spawnSync('xvfb-run', ['-a', '-s', '-screen 0 1400x1000x24', process.execPath, fileURLToPath(import.meta.url), ...words], {stdio: 'inherit'});
  if (error) console.log(`The engines need xvfb-run (Debian: xvfb, xauth): ${error.message}\n0 passed, 1 failed`);
  process.exit(error ? 1 : status ?? 1);
}

const {ENGINES} = await import('./drivers.mjs');
const {DIST, journeys, place} = await import('./journeys.mjs');
const {person} = await import('./person.mjs');
const {within} = await import('../e2e/harness.mjs');
const {serve} = await import('../../tools/serve.mjs');
if (!existsSync(DIST)) {
  console.log(`${DIST} holds no page: run make dist.\n0 passed, 1 failed`);
  process.exit(1);
}

/** Messages an engine logs by itself when a journey takes the host away or breaks a file. */
const EXPECTED = [/integrity|digest|Failed to load|NetworkError|Load failed|graphics driver|context/i];
const LIMIT = 300_000, ALL = 15 * 60_000; // ms; only what hangs takes as long
const {server, url} = await serve({dir: DIST, port: 8800});
const named = words.map((word) => word.toLowerCase());
const engines = Object.keys(ENGINES).filter((name) => !named.some((w) => Object.keys(ENGINES).some((e) => e.toLowerCase() === w)) || named.includes(name.toLowerCase()));
const wanted = named.filter((w) => !Object.keys(ENGINES).some((e) => e.toLowerCase() === w));
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
