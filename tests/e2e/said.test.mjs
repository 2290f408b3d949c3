// What is drawn is said: every text of a picture can be come to by a screen reader (WCAG 1.1.1).
import {assert, open, press, rest, test, unsaid, visit} from './harness.mjs';
import {STATES} from './names.mjs';

// Ticks of axes and numbers of devices: their pictures are described in a sentence. The others are said in other words.
const PICTURED = [/^[−+$]?[\d.,]+[KMBT]?( [MG]iB| %)?$/, /^[A-Z][\w.-]* \d+$/, /^Option \d$/, /^Without FA$/, /of attention scores avoided by FlashAttention$/];

test('every text drawn on the inference page and in an explanation is said', async () => {
  const {page} = await open('', {viewport: {width: 1440, height: 900}});
  const missing = [];
  const look = async (state) => {
    await rest(page);
    missing.push(...(await unsaid(page)).filter((words) => !PICTURED.some((pattern) => pattern.test(words))).map((words) => `${state}: ${words}`));
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
