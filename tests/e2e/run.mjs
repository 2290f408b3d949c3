// End-to-end tests in a real browser. usage: node tests/e2e/run.mjs [words of a test's name or file…]; last line: N passed, N failed
import {existsSync, readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
let harness;
try {
  harness = await import('./harness.mjs');
} catch (error) {
  console.log(`The end-to-end tests need the packages of package.json (npm ci): ${error.message}\n0 passed, 1 failed`);
  process.exit(1);
}
const {tests, cleanUp, closeAll, unexpectedMessages, assert, DIST} = harness;
if (!existsSync(join(DIST, 'index.html'))) {
  console.log(`${DIST} holds no page: run make dist.\n0 passed, 1 failed`);
  process.exit(1);
}

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const LIMIT = 120_000;
let passed = 0;
let failed = 0;
for (const file of readdirSync(here).filter((name) => name.endsWith('.test.mjs')).sort()) {
  await import(join(here, file));
  for (const {name, run} of tests.splice(0)) {
    if (words.length && !words.some((word) => name.toLowerCase().includes(word) || file.includes(word))) continue;
    const start = performance.now();
    let timer;
    try {
      await Promise.race([run(), new Promise((_, fail) => { timer = setTimeout(() => fail(new Error(`took longer than ${LIMIT / 1000} s`)), LIMIT); })]);
      await cleanUp();
      assert.deepEqual(unexpectedMessages(), [], 'the console stays empty');
      passed++;
      console.log(`ok   ${file.slice(0, -9)}: ${name} (${Math.round(performance.now() - start)} ms)`);
    } catch (error) {
      failed++;
      console.log(`FAIL ${file.slice(0, -9)}: ${name}\n     ${String(error?.stack ?? error).split('\n').slice(0, 24).join('\n     ')}`);
      await cleanUp().catch(() => {});
      const said = unexpectedMessages();
      if (said.length && !/console stays empty/.test(String(error))) console.log(`     console: ${said.join('\n     console: ')}`);
    } finally {
      clearTimeout(timer);
    }
  }
}
await closeAll();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
