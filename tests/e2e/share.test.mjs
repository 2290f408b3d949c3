// What goes out: link, code, tables, picture, snippet; what comes in: files, text, links.
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {assert, axe, cli, copyOfDist, expectParam, get, lint, open, ownServer, PHONE, press, quantities, ready, rest, test, until} from './harness.mjs';
import {BUTTON} from './names.mjs';

const dialog = (page) => page.getByRole('dialog', {name: 'Share and export'});
async function share(query, options) {
  const opened = await open(query, {picture: true, ...options});
  await rest(opened.page);
  await press(opened.page.getByRole('button', {name: BUTTON.share, exact: true}));
  await dialog(opened.page).waitFor();
  return opened;
}
const save = async (page, name) => {
  const wait = page.waitForEvent('download');
  await dialog(page).getByRole('button', {name, exact: true}).click();
  const file = await wait;
  return {name: file.suggestedFilename(), bytes: readFileSync(await file.path())};
};

test('the link in the dialog opens the same configuration', async () => {
  const {page, context} = await share('?view=inference&model=llama-3.1-70b&batch=3');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await dialog(page).getByRole('button', {name: 'Copy Link', exact: true}).click();
  await dialog(page).getByRole('status').filter({hasText: 'Link copied'}).waitFor(); // beside the dialog everything is inert
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(link, page.url());
  assert.equal(await dialog(page).getByRole('textbox', {name: 'Link'}).inputValue(), link);
});

test('the QR code holds the link', async () => {
  const {page} = await share('?view=inference&batch=3');
  const {encode} = await import('uqr');
  const wanted = encode(page.url(), {ecc: 'M', border: 4});
  const drawn = await dialog(page).getByRole('img', {name: 'QR code of the link'}).evaluate((canvas) => {
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({length: canvas.height}, (_, y) => Array.from({length: canvas.width}, (__, x) => data[4 * (y * canvas.width + x)] < 128));
  });
  assert.deepEqual(drawn, wanted.data);
});

test('CSV, JSON and Markdown hold the figures of the command line', async () => {
  const query = '?view=inference&model=mixtral-8x7b&batch=4';
  const {page, context} = await share(query, {acceptDownloads: true});
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const told = cli('inference', query).quantities;
  const csv = await save(page, 'CSV');
  assert.match(csv.name, /^mixtral-8x7b-on-h100.*\.csv$/);
  const lines = csv.bytes.toString().trim().split('\n');
  assert.equal(lines.length, told.length + 1);
  for (const q of told) assert.ok(lines.some((line) => line.startsWith(`${q.id},`)), q.id);
  const json = JSON.parse((await save(page, 'JSON')).bytes.toString());
  assert.deepEqual(json.quantities.map((q) => [q.id, q.value]), told.map((q) => [q.id, q.value]));
  await dialog(page).getByRole('button', {name: 'Copy as Markdown'}).click();
  await dialog(page).getByRole('status').filter({hasText: 'copied as a Markdown table'}).waitFor();
  const table = await page.evaluate(() => navigator.clipboard.readText());
  for (const q of told) assert.ok(table.includes(`| ${q.label} |`), q.label);
});

test('without a picture, none is reported as saved', async () => {
  const {page} = await share('?view=inference&batch=8', {allow: [/CONTEXT_LOST_WEBGL|context lost/]});
  await page.evaluate(() => document.getElementById('canvas').getContext('webgl2').getExtension('WEBGL_lose_context').loseContext());
  await dialog(page).getByRole('button', {name: 'Save picture (PNG)'}).click();
  await dialog(page).getByRole('status').filter({hasText: 'There is no picture at the moment'}).waitFor();
});

test('the picture is the stage with its caption, not an empty canvas', async () => {
  const {page} = await share('?view=inference&batch=8&at=60000', {acceptDownloads: true});
  const {bytes} = await save(page, 'Save picture (PNG)');
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
  const stage = await page.locator('#stage').boundingBox();
  assert.equal(bytes.readUInt32BE(16), Math.round(stage.width) + 40);
  assert.ok(bytes.readUInt32BE(20) > stage.height + 40 + 22 + 18, 'room for all of the caption');
  const colours = await page.evaluate(async (data) => {
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(data)], {type: 'image/png'}));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const ink = canvas.getContext('2d', {willReadFrequently: true});
    ink.drawImage(bitmap, 0, 0);
    const count = (y0, y1) => new Set(new Uint32Array(ink.getImageData(0, y0, bitmap.width, y1 - y0).data.buffer)).size;
    return {picture: count(20, bitmap.height - 80), caption: count(bitmap.height - 70, bitmap.height - 10)};
  }, [...bytes]);
  assert.ok(colours.picture > 100, `${colours.picture} colours`);
  assert.ok(colours.caption > 5, 'words below it');
});

test('two requests at once open one dialog', async () => {
  const {page} = await open('', {picture: true});
  await rest(page);
  await page.keyboard.press('s');
  await page.keyboard.press('s');
  await dialog(page).waitFor();
  await rest(page);
  assert.equal(await page.locator('dialog').count(), 1);
});

test('the snippet shows the same configuration inside another page', async () => {
  const dir = copyOfDist();
  const server = await ownServer(dir);
  const {page, context} = await share('?view=inference&model=gpt-2-124m&batch=5', {url: server.url});
  const snippet = await dialog(page).getByRole('textbox', {name: 'HTML'}).inputValue();
  writeFileSync(join(dir, 'host.html'), `<!doctype html><title>host</title>${snippet}`);
  const host = await context.newPage();
  await context.route(/host\.html$/, async (route) => { // another site's page, with its own policy
    const {'content-security-policy': _, ...headers} = (await route.fetch()).headers();
    await route.fulfill({body: readFileSync(join(dir, 'host.html')), headers: {...headers, 'content-encoding': ''}, contentType: 'text/html'});
  });
  await host.goto(`${server.url}host.html`);
  const frame = await (await host.waitForSelector('iframe')).contentFrame();
  await frame.waitForFunction(() => globalThis.__ready === true && globalThis.kvx.get('batch') === '5');
  assert.equal(await frame.evaluate(() => globalThis.kvx.get('model')), 'gpt-2-124m');
  assert.equal(await frame.evaluate(() => globalThis.kvx.get('embed')), '1');
});

test('the dialog is accessible, closes by Escape and gives the focus back', async () => {
  for (const options of [{}, PHONE]) {
    const {page} = await share('', options);
    assert.deepEqual(await axe(page), []);
    assert.equal(await page.evaluate(() => { const d = document.querySelector('dialog'); return d.scrollWidth <= d.clientWidth && d.getBoundingClientRect().right <= innerWidth; }), true);
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({state: 'detached'});
    await until(page, () => document.activeElement?.textContent === 'Share this configuration');
  }
});

const llama = (name, layers) => JSON.stringify({
  _name_or_path: name, model_type: 'llama', hidden_size: 2048, num_hidden_layers: layers, num_attention_heads: 32, num_key_value_heads: 8, vocab_size: 32000,
  max_position_embeddings: 8192, intermediate_size: 8192, tie_word_embeddings: true, architectures: ['LlamaForCausalLM'], torch_dtype: 'bfloat16',
});

test('several files become models that stay after a reload', async () => {
  const {page} = await open('', {picture: true});
  const chooser = page.waitForEvent('filechooser');
  await page.evaluate(() => globalThis.kvx.pick());
  await (await chooser).setFiles(['One', 'Two'].map((name, i) => ({name: `${name}.json`, mimeType: 'application/json', buffer: Buffer.from(llama(name, 8 + 8 * i))})));
  await expectParam(page, 'model', 'own-two');
  await page.getByText('2 of 2 files imported.').first().waitFor();
  const models = page.getByRole('combobox', {name: 'Model', exact: true});
  await rest(page);
  assert.deepEqual(await models.evaluate((el) => [...el.options].slice(0, 2).map((o) => o.text)), ['Two', 'One']);
  await until(page, () => location.search.includes('own-two'));
  await page.reload();
  await ready(page);
  await rest(page);
  assert.equal(await get(page, 'model'), 'own-two');
  await models.selectOption('own-one');
  await expectParam(page, 'model', 'own-one');
  await press(page.getByRole('button', {name: 'Forget One', exact: true}));
  await expectParam(page, 'model', 'llama-3.1-8b');
});

test('the file dialog opens from the list of models', async () => {
  const {page} = await open('', {picture: true});
  await rest(page);
  const box = await page.getByRole('combobox', {name: 'Model', exact: true}).boundingBox();
  await page.mouse.click(box.x + 40, box.y + box.height / 2);
  await page.getByRole('dialog', {name: 'Choose: Model'}).waitFor();
  await rest(page);
  assert.deepEqual(await lint(page), []);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', {name: 'Open a model file', exact: true}).press('Enter');
  await (await chooser).setFiles([{name: 'config.json', mimeType: 'application/json', buffer: Buffer.from(llama('Mine', 16))}]);
  await expectParam(page, 'model', 'own-mine');
});

test('a link carries an imported model', async () => {
  const {page} = await open('', {picture: true});
  await until(page, (json) => { // its module may still be on its way
    try {
      return globalThis.kvx.import(json) === '';
    } catch {
      return false;
    }
  }, llama('Carried', 20));
  await expectParam(page, 'model', 'own-carried');
  await until(page, () => location.search.includes('own-carried'));
  const figures = (await quantities(page)).map((q) => [q.id, q.value]);
  const other = await open(new URL(page.url()).search);
  assert.equal(await get(other.page, 'model'), 'own-carried');
  assert.deepEqual((await quantities(other.page)).map((q) => [q.id, q.value]), figures);
});

test('a pasted config.json, device or link is taken, other text is not', async () => {
  const {page} = await open('', {picture: true});
  await rest(page);
  const paste = (text) => page.evaluate((words) => {
    const data = new DataTransfer();
    data.setData('text/plain', words);
    const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
    document.body.dispatchEvent(event);
    return event.defaultPrevented;
  }, text);
  assert.equal(await paste(llama('Pasted', 9)), true);
  await expectParam(page, 'model', 'own-pasted');
  assert.equal(await paste('{"name":"Lab card","memory_gib":48,"bandwidth_gbs":864}'), true);
  await expectParam(page, 'device', 'own');
  await expectParam(page, 'own-memory', '48');
  assert.equal(await paste(`${await page.evaluate(() => document.baseURI)}?view=inference&batch=31`), true);
  await expectParam(page, 'batch', '31');
  assert.equal(await paste('hello'), false);
  assert.equal(await paste('{"memory_gib":"lots","bandwidth_gbs":1}'), true);
  await page.getByText(/field memory_gib is not a number/).first().waitFor();
  assert.equal(await get(page, 'batch'), '31');
});

test('a custom device starts from the current one, and every figure can be changed', async () => {
  const {page} = await open('?view=inference&gpu=a100-sxm-80gb', {picture: true});
  await rest(page);
  const box = await page.getByRole('combobox', {name: 'Device', exact: true}).boundingBox();
  await page.mouse.click(box.x + 40, box.y + box.height / 2);
  await page.getByRole('button', {name: 'My own figures', exact: true}).press('Enter');
  await expectParam(page, 'device', 'own');
  await expectParam(page, 'own-bandwidth', '2039');
  await rest(page);
  assert.deepEqual(await lint(page), []);
  const field = page.getByRole('textbox', {name: 'Bandwidth, number'});
  await field.fill('4000');
  await field.press('Enter');
  await expectParam(page, 'own-bandwidth', '4000');
  await field.fill('-1');
  await field.press('Enter');
  await page.getByText(/own-bandwidth=/).first().waitFor({state: 'attached'});
  assert.equal(await get(page, 'own-bandwidth'), '4000');
});
