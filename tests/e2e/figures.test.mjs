import {assert, cli, figureOf, open, rest, test} from './harness.mjs';
import {CONFIGURATIONS, FIGURES, LAYOUT_FIGURES, LEARN_FIGURES, TRAINING_FIGURES} from './names.mjs';

/** What differs, one short line each. */
function different(page, terminal) {
  const short = (value) => JSON.stringify(value?.text ?? value)?.slice(0, 120);
  return [...new Set([...Object.keys(page), ...Object.keys(terminal)])]
    .filter((key) => JSON.stringify(page[key]) !== JSON.stringify(terminal[key]))
    .map((key) => `${key}: page ${short(page[key])}, command line ${short(terminal[key])}`);
}

for (const query of CONFIGURATIONS) {
  test(`the page and the command line agree: ${query.slice(6)}`, async () => {
    const {page} = await open(query);
    await rest(page);
    const shown = await page.evaluate(() => globalThis.kvx.quantities());
    const told = cli(query);
    assert.deepEqual(different(shown.inputs, told.inputs), []);
    const list = (quantities) => Object.fromEntries(quantities.map((q) => [q.id, q]));
    assert.deepEqual(different(list(shown.quantities), list(told.quantities)), []);
    const byId = new Map(told.quantities.map((q) => [q.id, q]));
    let compared = 0;
    for (const [name, id] of Object.entries(query.includes('view=training') ? TRAINING_FIGURES : query.includes('view=learn') ? LEARN_FIGURES : query.includes('view=layout') ? LAYOUT_FIGURES : FIGURES)) {
      const figure = figureOf(page, name).first();
      if (!await figure.count()) continue;
      const quantity = byId.get(id);
      assert.ok(quantity, `the command line knows ${id}`);
      const text = await figure.textContent();
      assert.ok(text.includes(quantity.text), `${name} shows "${text}", the command line says "${quantity.text}"`);
      assert.equal(text.includes('≈'), quantity.approximate, `${name}: ≈ stands exactly where the quantity is an estimate`);
      compared++;
    }
    assert.ok(compared >= 6, `only ${compared} figures were found on the page`);
  });
}
