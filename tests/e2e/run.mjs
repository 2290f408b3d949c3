// End-to-end tests in a real browser, several at a time. usage: node tests/e2e/run.mjs [words of a test's name or file…]
// E2E_WORKERS: how many at a time (one more than there are cores, because a test also waits for frames). Last line: N passed, N failed
import {fork} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const LIMIT = 300_000, CLEANING = 60_000, ALL = 60 * 60_000; // ms; only what hangs takes as long
const PORTS = 8700, PORTS_EACH = 30; // 8700 to 8999, with up to ten workers

let harness;
try {
  harness = await import('./harness.mjs');
} catch (error) {
  console.log(`The end-to-end tests need the packages of package.json (npm ci): ${error.message}\n0 passed, 1 failed`);
  process.exit(1);
}
const {tests, cleanUp, closeAll, unexpectedMessages, within, assert, DIST} = harness;
if (!existsSync(join(DIST, 'index.html'))) {
  console.log(`${DIST} holds no page: run make dist.\n0 passed, 1 failed`);
  process.exit(1);
}

/** Every selected test, in the same order in every process. */
async function chosen() {
  const words = process.argv.slice(2).map((word) => word.toLowerCase());
  const all = [];
  for (const file of readdirSync(here).filter((name) => name.endsWith('.test.mjs')).sort()) {
    await import(join(here, file));
    for (const {name, run, limit = LIMIT} of tests.splice(0)) {
      const full = `${file.slice(0, -'.test.mjs'.length)}: ${name}`; // as a failure prints it
      if (!words.length || words.some((word) => full.toLowerCase().includes(word) || file.includes(word))) all.push({name: full, run, limit});
    }
  }
  return all;
}

/** @returns {Promise<string>} why it failed, or "" */
async function attempt({run, limit}) {
  try {
    await within(limit, 'it', run());
    await within(CLEANING, 'cleaning up', cleanUp());
    assert.deepEqual(unexpectedMessages(), [], 'the console stays empty');
    return '';
  } catch (error) {
    await within(CLEANING, 'cleaning up', cleanUp()).catch(() => {});
    const said = unexpectedMessages();
    const console_ = said.length && !/console stays empty/.test(String(error)) ? `\n     console: ${said.join('\n     console: ')}` : '';
    return `     ${String(error?.stack ?? error).split('\n').slice(0, 24).join('\n     ')}${console_}`;
  }
}

/** A worker asks for the number of a test, runs it, reports the result, and asks for the next. */
async function work() {
  const all = await chosen();
  process.on('message', async (number) => {
    if (number === null) {
      await within(CLEANING, 'closing', closeAll()).catch((error) => console.log(`     ${error.message}`));
      process.exit(0);
    }
    const start = performance.now();
    const why = await attempt(all[number]);
    process.send({name: all[number].name, why, ms: Math.round(performance.now() - start)});
  });
  process.on('disconnect', () => process.exit(1)); // the run was ended
  process.send({});
}

async function lead() {
  const count = (await chosen()).length;
  if (!count) {
    console.log('No test has that in its name or its file.\n0 passed, 1 failed');
    process.exit(1);
  }
  const workers = Math.max(1, Math.min(count, 10, Number(process.env.E2E_WORKERS) || availableParallelism() + 1));
  let next = 0, passed = 0, failed = 0;
  setTimeout(() => {
    console.log(`FAIL the tests take longer than ${ALL / 60_000} minutes\n${passed} passed, ${failed + count - passed} failed`);
    process.exit(1); // the workers end with it
  }, ALL).unref();
  await Promise.all(Array.from({length: workers}, (_, i) => new Promise((done) => {
    const worker = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {env: {...process.env, E2E_WORKER: '1', E2E_PORT: String(PORTS + PORTS_EACH * i)}});
    let busy = false;
    worker.on('message', ({name, why, ms}) => {
      if (name && why) console.log(`FAIL ${name}\n${why}`);
      else if (name) console.log(`ok   ${name} (${ms} ms)`);
      if (name) why ? failed++ : passed++;
      busy = next < count;
      worker.send(busy ? next++ : null);
    });
    worker.on('exit', () => {
      if (busy) console.log('FAIL a worker ended in the middle of a test');
      if (busy) failed++;
      done();
    });
  })));
  if (next < count) failed += count - next; // no worker was left to run them
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed || !passed ? 1 : 0);
}

await (process.env.E2E_WORKER ? work() : lead());
