// Draws rows of cache cells: heads stacked, positions side by side, as detailed as the width allows.

const MOST_COLUMNS = 96, NARROWEST = 2, GOLDEN = 0.6180339887498949;

/** Tokens of a column: a power of two, at most 96 columns. @param {number} max @returns {number} */
export function columnTokens(max) {
  let column = 1;
  while (Math.ceil(max / column) > MOST_COLUMNS) column *= 2;
  return column;
}

/**
 * @typedef {{x: number, y: number, w: number, h: number}} Box
 * @typedef {{rows: number, from: number, to: number}} Strip
 * @typedef {{max: number, color: string, unfilled: string, newest: string, lit: number, alpha: number, fresh: number}} Look
 *   fresh: how far the newest column has faded in, 0 to 1
 */

/** How a strip of a length is divided in a box. @param {Box} r @param {number} rows @param {number} max */
function grid(r, rows, max) {
  let bin = columnTokens(max);
  while ((r.w / Math.ceil(max / bin)) < NARROWEST) bin *= 2;
  const columns = Math.ceil(max / bin), shown = r.h / rows >= 3 ? rows : 1;
  return {bin, columns, pitch: r.w / columns, rows: shown, step: r.h / shown};
}

/**
 * The columns that look different now, as ranges [first, last]: where it begins and where it ends; the end in any case, which fades in.
 * @param {Box} r @param {Strip} strip @param {{from: number, to: number}|undefined} drawn undefined: nothing yet @param {number} max
 * @returns {[number, number][]}
 */
export function changedColumns(r, strip, drawn, max) {
  const {bin, columns} = grid(r, strip.rows, max);
  if (!drawn) return [[0, columns - 1]];
  const at = (/** @type {number} */ token) => Math.max(0, Math.min(columns - 1, Math.floor(token / bin)));
  const end = /** @type {[number, number]} */ ([at(Math.min(drawn.to, strip.to) - 1), at(Math.max(drawn.to, strip.to) - 1)]);
  if (drawn.from === strip.from) return [end];
  const begin = /** @type {[number, number]} */ ([at(Math.min(drawn.from, strip.from)), at(Math.max(drawn.from, strip.from))]);
  return begin[1] >= end[0] ? [[Math.min(begin[0], end[0]), Math.max(begin[1], end[1])]] : [begin, end];
}

/**
 * Draws columns of a strip over what is there.
 * @param {CanvasRenderingContext2D} context @param {Box} r @param {Strip} strip @param {Look} look @param {[number, number]} range
 * @returns {number} rectangles filled
 */
export function drawStrip(context, r, strip, look, [begin, end]) {
  const {bin, pitch, rows, step} = grid(r, strip.rows, look.max);
  const gapX = pitch >= 4 ? 1 : 0, gapY = step >= 4 ? 1 : 0;
  let filled = 0;
  const fill = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ w, /** @type {number} */ h) => {
    context.fillRect(x, y, w, h);
    ++filled;
  };
  context.clearRect(r.x + begin * pitch, r.y, (end - begin + 1) * pitch, r.h);
  for (let column = begin; column <= end; ++column) {
    const first = column * bin, last = Math.min(first + bin, look.max);
    const held = Math.max(0, Math.min(strip.to, last) - Math.max(strip.from, first));
    const newest = strip.to > first && strip.to <= last && strip.to > strip.from;
    const x = r.x + column * pitch, w = pitch - gapX;
    const mark = newest ? look.newest : `hsl(${Math.round(((first * GOLDEN) % 1) * 360)} 55% 70%)`;
    for (let row = 0; row < rows; ++row) {
      const y = r.y + row * step, h = Math.max(step - gapY, 0.5);
      context.globalAlpha = look.alpha;
      context.fillStyle = look.unfilled;
      fill(x, y, w, h);
      if (held <= 0) continue;
      context.globalAlpha = look.alpha * (newest ? look.fresh : look.lit) * Math.max(held / (last - first), 0.25);
      context.fillStyle = look.color;
      fill(x, y, w, h);
      context.fillStyle = mark;
      context.globalAlpha = look.alpha * (newest ? 0.6 * look.fresh : 0.6);
      fill(x, y, newest ? w : Math.max(1, pitch * 0.16), h);
    }
  }
  context.globalAlpha = 1;
  return filled;
}
