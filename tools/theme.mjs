// The custom properties of the page's CSS, from the tokens that the app is drawn with (src/ui/theme_tokens.inc).

/** @typedef {{dark: number[], light: number[], contrast: number}} Colour */

/** Reads the tokens; a line it does not know is an error, so that nothing is lost silently. @param {string} source */
export function readTokens(source) {
  /** @type {Map<string, Colour>} */
  const colours = new Map();
  /** @type {Map<string, string>} */
  const sizes = new Map();
  const css = (name) => name.replaceAll('_', '-');
  const bytes = (hex) => [16, 8, 0].map((shift) => (parseInt(hex, 16) >> shift) & 0xff);
  for (const line of source.split('\n')) {
    if (/^\s*($|#|\/\/)/.test(line)) continue;
    const [, kind, list] = line.match(/^KVX_(COLOR|RADIUS|TYPE)\(([^()]*)\)$/) ?? [];
    const parts = list?.split(',').map((part) => part.trim().replace(/^(0x)|(?<=\d)f$/g, '')) ?? [];
    if (kind === 'COLOR' && parts.length === 4) colours.set(css(parts[0]), {dark: bytes(parts[1]), light: bytes(parts[2]), contrast: Number(parts[3])});
    else if (kind === 'RADIUS' && parts.length === 2) sizes.set(`radius-${css(parts[0])}`, `${Number(parts[1])}px`);
    else if (kind === 'TYPE' && parts.length === 4) {
      sizes.set(`${css(parts[0])}-size`, `${Number(parts[2])}px`);
      sizes.set(`${css(parts[0])}-line`, `${Number(parts[3])}px`);
    } else throw new Error(`not a token: ${line}`);
  }
  return {colours, sizes};
}

/** As ui/theme.cpp mixes. @param {number[]} from @param {number} to @param {number} share */
const mixed = (from, to, share) => from.map((v) => Math.floor(v + (to - v) * share + 0.5));
const hex = (rgb) => `#${rgb.map((v) => v.toString(16).padStart(2, '0')).join('')}`;

/**
 * Rules for the tokens that `users`, styles and scripts, name: dark is the default, light follows data-theme or, before the app says, the
 * system; both again for people who ask for more contrast. Forced colours are the browser's.
 * @param {string} source the tokens @param {string} users
 */
export function themeCss(source, users) {
  const {colours, sizes} = readTokens(source);
  const used = new Set([...users.matchAll(/--([\w-]+)/g)].map(([, name]) => name));
  const rules = (theme) => [...colours].filter(([name]) => used.has(name)).map(([name, c]) => `--${name}:${hex(c[theme])};`).join('');
  const stronger = (theme) => [...colours].filter(([name, {contrast}]) => used.has(name) && contrast > 0)
    .map(([name, c]) => `--${name}:${hex(mixed(c[theme], theme === 'dark' ? 255 : 0, c.contrast))};`).join('');
  const fixed = [...sizes].filter(([name]) => used.has(name)).map(([name, value]) => `--${name}:${value};`).join('');
  const light = ':root[data-theme="light"]', system = ':root:not([data-theme])';
  return `:root{color-scheme:dark;${rules('dark')}${fixed}}
${light}{color-scheme:light;${rules('light')}}
@media (prefers-color-scheme:light){${system}{color-scheme:light;${rules('light')}}}
@media (prefers-contrast:more){:root{${stronger('dark')}}${light}{${stronger('light')}}}
@media (prefers-contrast:more) and (prefers-color-scheme:light){${system}{${stronger('light')}}}
`;
}
