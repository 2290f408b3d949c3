// One set of tokens: the page around the canvas has the colours and sizes that the app draws with.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {assert, open, ROOT, test} from './harness.mjs';
import {readTokens} from '../../tools/theme.mjs';

const source = (path) => readFileSync(join(ROOT, path), 'utf8');
const hex = (rgb) => `#${rgb.map((v) => v.toString(16).padStart(2, '0')).join('')}`;
const same = (colour) => colour.trim().toLowerCase().replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3').replace('white', '#ffffff').replace('black', '#000000');

test('no colour is written in the styles a second time', () => {
  for (const path of ['web/app.css', 'web/embed.css', 'web/index.html']) assert.doesNotMatch(source(path), /(?<!url\([^)]*)#[0-9a-f]{3,8}\b/i, path);
});

test('an unknown line among the tokens stops the build', () => {
  assert.throws(() => readTokens('KVX_COLOR(bg, 0x0A0E17)'), /not a token/);
});

test('a page has the theme’s colours, dark and light, and stronger ones for more contrast', async () => {
  const {colours} = readTokens(source('src/ui/theme_tokens.inc'));
  for (const theme of ['dark', 'light'])
    for (const contrast of ['no-preference', 'more']) {
      const {page, context} = await open('?view=inference', {colorScheme: theme, contrast});
      const seen = await page.evaluate(() => Object.fromEntries(['raised-hover', 'text', 'accent', 'bar'].map((name) => [name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`)])));
      assert.equal(same(seen['raised-hover']), hex(colours.get('raised-hover')[theme]));
      assert.equal(same(seen.bar), hex(colours.get('bar')[theme]));
      const strongest = theme === 'dark' ? '#ffffff' : '#000000';
      assert.equal(same(seen.text), contrast === 'more' ? strongest : hex(colours.get('text')[theme]));
      assert.equal(same(seen.accent) === hex(colours.get('accent')[theme]), contrast !== 'more');
      await context.close();
    }
});
