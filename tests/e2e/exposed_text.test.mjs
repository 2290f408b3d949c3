// All text that is drawn is in the semantic tree, where screen readers find it (WCAG 1.1.1).
import {assert, open, press, rest, test, unexposedText, visit} from './harness.mjs';
import {STATES} from './names.mjs';

// Axis ticks and device numbers, whose pictures have a description; the others stand in the tree in other words.
const PICTURED = [/^[−+$]?[\d.,]+[KMBT]?( [MG]iB| %)?$/, /^[A-Z][\w.-]* \d+$/, /^Option \d$/, /^Without FA$/, /of attention scores avoided by FlashAttention$/];

test('all text drawn on the inference page and in an explanation is exposed', async () => {
  const {page} = await open('', {viewport: {width: 1440, height: 900}});
  const missing = [];
  const look = async (state) => {
    await rest(page);
    missing.push(...(await unexposedText(page)).filter((words) => !PICTURED.some((pattern) => pattern.test(words))).map((words) => `${state}: ${words}`));
  };
  for (const [state, query] of Object.entries(STATES)) {
    if (/^(training|learn|layout)/.test(state)) continue;
    await visit(page, query);
    await look(state);
  }
  await press(page.locator('#semantics [data-name]').first());
  await look('explanation');
  assert.deepEqual(missing, []);
});
