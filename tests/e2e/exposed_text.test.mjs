// All text that is drawn is in the semantic tree, where screen readers find it (WCAG 1.1.1).
import {assert, open, press, rest, test, unexposedText, visit} from './harness.mjs';
import {STATES} from './names.mjs';

// Numbers of axes, devices, layers, blocks and hashes, whose pictures have a description; the others stand in the tree in other words.
const PICTURED = [/^[−+$]?[\d.,]+[KMBT]?( [MG]iB| %)?$/, /^[LS]\d+$/, /^block \d+$/, /^[\da-f]{4,8}$/, /^[A-Z][\w.-]* \d+$/, /^Option \d$/, /^Without FA$/, /of attention scores avoided by FlashAttention$/];

const pageOf = (state) => /^(training|learn|layout)/.exec(state)?.[0] ?? 'inference';
for (const part of ['inference', 'training', 'learn', 'layout']) test(`all text drawn on the ${part} page and in an explanation is exposed`, async () => {
  const {page} = await open('', {viewport: {width: 1440, height: 900}});
  const missing = [];
  const look = async (state) => {
    await rest(page);
    missing.push(...(await unexposedText(page)).filter((words) => !PICTURED.some((pattern) => pattern.test(words))).map((words) => `${state}: ${words}`));
  };
  for (const [state, query] of Object.entries(STATES)) {
    if (pageOf(state) !== part) continue;
    await visit(page, query);
    await look(state);
  }
  await visit(page, Object.entries(STATES).find(([state]) => pageOf(state) === part)[1]);
  await press(page.locator('#semantics [data-name]').first());
  await look('explanation');
  assert.deepEqual(missing, []);
});
