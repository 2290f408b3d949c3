// The W3C's checker on the shipped pages and styles, and on what the pages become when they run.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {assert, DIST, later, open, press, rest, test} from './harness.mjs';
import {BUTTON} from './names.mjs';

const JAR = createRequire(import.meta.url).resolve('vnu-jar/build/dist/vnu.jar');

/** Errors and warnings in words. @param {string[]} files */
function check(...files) {
  let out;
  try {
    execFileSync('java', ['-Xss4m', '-jar', JAR, '--also-check-css', '--format', 'json', ...files], {encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 1 << 26});
    return [];
  } catch (error) {
    assert.notEqual(error.code, 'ENOENT', 'the checker needs Java (tools/setup.sh test)');
    out = error.stderr;
  }
  return JSON.parse(out).messages.filter(({type}) => type === 'error').map(({url, lastLine, message, extract}) => `${url.split('/').pop()}:${lastLine} ${message} … ${extract}`);
}

test('the shipped pages and styles are valid', () => {
  const files = readdirSync(DIST).filter((name) => /\.(html|css)$/.test(name)).map((name) => join(DIST, name));
  assert.ok(files.length >= 5);
  assert.deepEqual(check(...files), []);
});

test('the running pages are valid, drawn, as text and with what opens', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'kvx-html-'));
  later(() => rmSync(dir, {recursive: true, force: true}));
  const files = [];
  const keep = async (page, name) => {
    await rest(page);
    const file = join(dir, `${name}.html`);
    // Leaves out what scripts may set although documents may not contain it.
    writeFileSync(file, `<!doctype html>\n${await page.evaluate(() => document.documentElement.outerHTML)}`);
    files.push(file);
  };
  for (const view of ['inference', 'training', 'learn', 'layout'])
    for (const [kind, viewport] of [['drawn', {width: 1440, height: 900}], ['text', {width: 320, height: 256}]]) {
      const {page, context} = await open(`?view=${view}`, {viewport});
      await keep(page, `${view}-${kind}`);
      await press(page.getByRole('button', {name: BUTTON.help, exact: true}));
      await page.getByRole('dialog').waitFor({state: 'attached'});
      await keep(page, `${view}-${kind}-help`);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({state: 'detached'});
      await press(page.getByRole('button', {name: BUTTON.share, exact: true}));
      await page.getByRole('dialog', {name: 'Share and export'}).waitFor();
      await keep(page, `${view}-${kind}-share`);
      await context.close();
    }
  assert.deepEqual([...new Set(check(...files).map((line) => line.replace(/^[^ ]+ /, '')))], []);
});
