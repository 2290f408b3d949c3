import {assert, cli, click, expectParam, figureOf, get, open, press, rest, test, until} from './harness.mjs';
import {BUTTON, CONTROLS, NO_CONTROL, SLIDER} from './names.mjs';

const position = (page) => page.getByRole('slider', {name: SLIDER.position, exact: true});
const button = (page, name) => page.getByRole('button', {name, exact: true});

test('play moves the position, pause holds it, restart returns', async () => {
  const {page} = await open('?view=inference&context=131072&at=0&batch=2&speed=5');
  await press(button(page, BUTTON.play));
  await button(page, BUTTON.pause).waitFor();
  await until(page, () => Number(globalThis.kvx.get('at')) > 1000);
  await press(button(page, BUTTON.pause));
  await button(page, BUTTON.play).waitFor();
  await rest(page);
  const held = await get(page, 'at');
  assert.ok(Number(await position(page).inputValue()) > 0);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.equal(await get(page, 'at'), held);
  await press(button(page, BUTTON.restart));
  await expectParam(page, 'at', '0');
});

test('playing stops at the end by itself', async () => {
  const {page} = await open('?view=inference&context=4096&at=0&speed=100');
  await press(button(page, BUTTON.play));
  await expectParam(page, 'at', '4096');
  await button(page, BUTTON.play).waitFor();
  await rest(page);
});

test('the mouse plays, switches and drags on the picture', async () => {
  const {page} = await open('?view=inference&at=0&speed=5', {viewport: {width: 1440, height: 1300}});
  await click(page, button(page, BUTTON.play));
  await button(page, BUTTON.pause).waitFor();
  await click(page, button(page, BUTTON.pause));
  await button(page, BUTTON.play).waitFor();
  await rest(page);
  const before = await get(page, 'fa');
  await click(page, page.getByRole('switch', {name: 'FlashAttention'}));
  await expectParam(page, 'fa', before === '1' ? '0' : '1');
  const box = await position(page).boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.3, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, y, {steps: 4});
  await page.mouse.move(box.x + box.width * 0.75, y, {steps: 4});
  await page.mouse.up();
  await rest(page);
  const share = Number(await get(page, 'at')) / Number(await get(page, 'context'));
  assert.ok(Math.abs(share - 0.75) < 0.03, `dragged to ${share}`);
});

test('every parameter has a control or a reason', () => {
  const known = new Set([...CONTROLS.map((c) => c.id), ...NO_CONTROL]);
  assert.deepEqual(cli('params').parameters.map((p) => p.id).filter((id) => !known.has(id)), []);
});

/** Moves a slider by its keys until the parameter has the value. */
async function slide(page, locator, id, value) {
  await locator.focus();
  await locator.press('Home');
  await rest(page);
  for (let i = 0; i < 200; i++) {
    if (await get(page, id) === value) return;
    const before = await locator.inputValue();
    await locator.press('ArrowRight');
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))));
    if (await locator.inputValue() === before) break;
  }
  assert.equal(await get(page, id), value, `${id} by its slider`);
}

for (const control of CONTROLS) {
  test(`${control.name ?? control.group} (${control.role}) changes ${control.id}`, async () => {
    const {page} = await open(control.from ?? '');
    const {id, role, name} = control;
    for (const value of control.to) {
      if (role === 'radio') {
        const radio = page.getByRole('radiogroup', {name: control.group, exact: true}).getByRole('radio', {name: control.label[value], exact: true});
        await press(radio, ' ');
        await expectParam(page, id, value);
        await rest(page);
        assert.equal(await radio.getAttribute('aria-checked'), 'true');
        continue;
      }
      const element = page.getByRole(role, {name, exact: true});
      if (role === 'combobox') {
        await element.selectOption(value);
        await expectParam(page, id, value);
        await rest(page);
        assert.equal(await element.inputValue(), value);
      } else if (role === 'switch') {
        if (await element.getAttribute('aria-checked') !== String(value === '1')) await press(element, ' ');
        await expectParam(page, id, value);
        await rest(page);
        assert.equal(await element.getAttribute('aria-checked'), String(value === '1'));
      } else if (role === 'textbox') {
        await element.fill(control.type);
        await element.press('Enter');
        await expectParam(page, id, value);
      } else {
        await slide(page, element, id, value);
        await rest(page);
        assert.ok(await element.getAttribute('aria-valuetext'), 'the slider speaks its value');
      }
    }
  });
}

test('a refused entry is named and the old value stays', async () => {
  const {page} = await open('?view=inference&batch=4');
  const field = page.getByRole('textbox', {name: 'Batch, number', exact: true});
  await field.fill('many');
  await field.press('Enter');
  await until(page, () => /many/.test(document.getElementById('say-assertive').textContent + document.getElementById('semantics').textContent));
  assert.equal(await get(page, 'batch'), '4');
});

test('a figure opens its formula, Escape closes it and the focus returns', async () => {
  const {page} = await open();
  const figure = figureOf(page, 'KV cache').first();
  await press(figure);
  const dialog = page.getByRole('dialog');
  await dialog.waitFor({state: 'attached'});
  assert.match(await dialog.innerText(), /Source|×|=/);
  assert.ok(await dialog.evaluate((el) => el.contains(document.activeElement)), 'the focus is in the dialog');
  await page.keyboard.press('Escape');
  await dialog.waitFor({state: 'detached'});
  assert.equal(await figure.evaluate((el) => el === document.activeElement), true, 'the focus is back');
});

test('the search of the model list finds and chooses', async () => {
  const {page} = await open();
  await click(page, page.getByRole('combobox', {name: 'Model', exact: true}));
  const search = page.getByRole('searchbox').or(page.getByRole('dialog').getByRole('combobox')).first();
  await search.fill('mixtral');
  const options = page.getByRole('dialog').getByRole('option');
  await until(page, () => document.querySelectorAll('[role=dialog] [role=option]').length === 2);
  assert.match(await options.first().textContent(), /Mixtral/);
  await press(options.first());
  await page.getByRole('dialog').waitFor({state: 'detached'});
  assert.match(await get(page, 'model'), /^mixtral/);
});

test('a config.json dropped on the page becomes the model', async () => {
  const {page} = await open();
  const config = {architectures: ['LlamaForCausalLM'], model_type: 'llama', hidden_size: 2048, intermediate_size: 5632, num_attention_heads: 16, num_key_value_heads: 4,
    num_hidden_layers: 12, vocab_size: 32000, max_position_embeddings: 8192, torch_dtype: 'bfloat16', tie_word_embeddings: false, rms_norm_eps: 1e-5};
  const drop = (text, name) => page.evaluate(([content, file]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], file, {type: 'application/json'}));
    for (const type of ['dragover', 'drop']) document.body.dispatchEvent(new DragEvent(type, {dataTransfer: transfer, bubbles: true, cancelable: true}));
  }, [text, name]);
  await drop(JSON.stringify(config), 'config.json');
  await expectParam(page, 'model', 'own-imported-llama');
  await page.getByText('config.json was imported').first().waitFor();
  await drop('{"model_type": "llama"', 'broken.json');
  await page.getByText(/broken\.json was not imported: /).first().waitFor();
  assert.equal(await get(page, 'model'), 'own-imported-llama');
});
