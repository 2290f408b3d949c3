// Checkpoint files in the browser: opened, dropped and pasted, read in pieces, refused with a reason.
import {assert, expectParam, open, quantities, rest, test, until} from './harness.mjs';

/** Writes the beginning of a GGUF file: fields and tensors as in ggml's docs/gguf.md. */
function gguf(fields, tensors) {
  const parts = [];
  const number = (bytes, n) => {
    const b = Buffer.alloc(bytes);
    if (bytes === 8) b.writeBigUInt64LE(BigInt(n));
    else b.writeUInt32LE(n);
    parts.push(b);
  };
  const text = (s) => { number(8, Buffer.byteLength(s)); parts.push(Buffer.from(s)); };
  parts.push(Buffer.from('GGUF'));
  number(4, 3);
  number(8, tensors.length);
  number(8, Object.keys(fields).length);
  for (const [key, value] of Object.entries(fields)) {
    text(key);
    if (typeof value === 'string') { number(4, 8); text(value); }
    else if (Array.isArray(value)) { number(4, 9); number(4, 8); number(8, value.length); value.forEach(text); }
    else { number(4, 4); number(4, value); }
  }
  let data = 0, held = 0;
  for (const [name, dims] of tensors) {
    text(name);
    number(4, dims.length);
    for (const n of dims) number(8, n);
    number(4, 1); // F16
    number(8, data);
    const bytes = dims.reduce((all, n) => all * n, 2);
    data += Math.ceil(bytes / 32) * 32;
    held += bytes;
  }
  const header = Buffer.concat(parts);
  return {held, bytes: Buffer.concat([header, Buffer.alloc(Math.ceil(header.length / 32) * 32 - header.length + data)])};
}

const model = (words = 1000) => gguf(
  {'general.architecture': 'llama', 'general.name': 'From a file', 'general.file_type': 1, 'llama.block_count': 1, 'llama.context_length': 8192,
    'llama.embedding_length': 64, 'llama.attention.head_count': 4, 'llama.attention.head_count_kv': 2, 'tokenizer.ggml.tokens': Array.from({length: words}, (_, i) => `word ${i}`)},
  [['token_embd.weight', [64, 1000]], ['blk.0.attn_q.weight', [64, 64]], ['blk.0.attn_k.weight', [64, 32]], ['blk.0.attn_v.weight', [64, 32]], ['blk.0.attn_output.weight', [64, 64]],
    ['blk.0.ffn_gate.weight', [64, 128]], ['blk.0.ffn_up.weight', [64, 128]], ['blk.0.ffn_down.weight', [128, 64]], ['output_norm.weight', [64]]]);

/** @param {import('playwright-core').Page} page @param {{name: string, buffer: Buffer}[]} files */
async function choose(page, files) {
  const chooser = page.waitForEvent('filechooser');
  await page.evaluate(() => globalThis.kvx.pick());
  await (await chooser).setFiles(files.map((file) => ({mimeType: 'application/octet-stream', ...file})));
}

/** Drops files on the page. */
const drop = (page, files) => page.evaluate((list) => {
  const data = new DataTransfer();
  for (const [name, base64] of list) data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
  document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
}, files.map(({name, buffer}) => [name, buffer.toString('base64')]));

const figure = async (page, id) => (await quantities(page)).find((q) => q.id === id)?.value;

test('a dropped .gguf file is a model whose weights are the bytes of its tensors', async () => {
  const {page} = await open('?view=inference');
  const {held, bytes} = model();
  await drop(page, [{name: 'from-a-file.gguf', buffer: bytes}]);
  await page.getByText('from-a-file.gguf imported.').first().waitFor();
  await expectParam(page, 'model', 'own-from-a-file');
  assert.equal(await figure(page, 'weights'), held);
  assert.equal(await figure(page, 'kv_per_token'), 2 * 2 * 16 * 2);
  await rest(page);
  const again = await open(new URL(page.url()).search);
  assert.equal(await figure(again.page, 'weights'), held, 'a link carries it');
});

test('a long tokenizer is read in small pieces, and nothing after the header', async () => {
  const {page} = await open('?view=inference', {init: () => {
    globalThis.__read = globalThis.__largest = 0;
    const slice = Blob.prototype.slice;
    Blob.prototype.slice = function (from, to) {
      const piece = Math.max(0, Math.min(to, this.size) - from);
      globalThis.__read += piece;
      globalThis.__largest = Math.max(globalThis.__largest, piece);
      return slice.call(this, from, to);
    };
  }});
  const {bytes} = model(200000);
  const long = Buffer.concat([bytes, Buffer.alloc(8 << 20)]);
  await choose(page, [{name: 'long.gguf', buffer: long}]);
  await page.getByText('long.gguf imported.').first().waitFor();
  const [read, largest] = await page.evaluate(() => [globalThis.__read, globalThis.__largest]);
  assert.ok(read < bytes.length + (1 << 18), `${read} bytes of a file whose header has fewer than ${bytes.length}`);
  assert.ok(largest <= 1 << 18, `${largest} bytes at once, which takes longer than a frame`);
});

test('tensors and their config.json are one model; without it the answer says what to add', async () => {
  const {page} = await open('?view=inference');
  const json = JSON.stringify({'model.embed_tokens.weight': {dtype: 'BF16', shape: [1000, 64], data_offsets: [0, 128000]}});
  const header = Buffer.alloc(8);
  header.writeBigUInt64LE(BigInt(json.length));
  const tensors = {name: 'model.safetensors', buffer: Buffer.concat([header, Buffer.from(json), Buffer.alloc(128000)])};
  const config = {name: 'config.json', buffer: Buffer.from(JSON.stringify({model_type: 'llama', _name_or_path: 'Both', hidden_size: 64, num_hidden_layers: 1, num_attention_heads: 4, intermediate_size: 128, vocab_size: 1000, max_position_embeddings: 4096}))};
  await choose(page, [tensors]);
  await page.locator('.toast').filter({hasText: 'open its config.json together'}).waitFor();
  await choose(page, [tensors, config]);
  await page.getByText('2 files imported.').first().waitFor();
  await expectParam(page, 'model', 'own-both');
  assert.equal(await figure(page, 'weights'), 128000);
});

test('a file that is cut short is refused, and nothing changes', async () => {
  const {page} = await open('?view=inference&model=gpt-2-124m');
  await choose(page, [{name: 'cut.gguf', buffer: model().bytes.subarray(0, 3000)}]);
  await page.locator('.toast').filter({hasText: 'cut.gguf was not imported: '}).filter({hasText: 'not wholly downloaded'}).waitFor();
  await expectParam(page, 'model', 'gpt-2-124m');
});

test('the address of a repository that is in the list shows its model', async () => {
  const {page} = await open('?view=inference&model=gpt-2-124m', {picture: true});
  await rest(page);
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData('text/plain', text);
    document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
  }, 'https://huggingface.co/meta-llama/Llama-3.1-70B');
  await until(page, () => globalThis.kvx.get('model') === 'llama-3.1-70b');
});
