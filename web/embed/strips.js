// Draws rows of cache cells: heads stacked, positions side by side, as detailed as the width allows.

const MOST_COLUMNS = 96, NARROWEST = 2, GOLDEN = 0.6180339887498949;

/** Tokens of a column: a power of two, at most 96 columns. @param {number} max @returns {number} */
export function columnTokens(max) {
  let column = 1;
  while (Math.ceil(max / column) > MOST_COLUMNS) column *= 2;
  return column;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{x: number, y: number, w: number, h: number}} r
 * @param {{rows: number, from: number, to: number}} strip
 * @param {{max: number, color: string, unfilled: string, newest: string, lit: number, alpha: number, fresh: number}} look
 *   fresh: how far the newest column has faded in, 0 to 1
 */
export function drawStrip(context, r, strip, look) {
  let bin = columnTokens(look.max);
  while ((r.w / Math.ceil(look.max / bin)) < NARROWEST) bin *= 2;
  const columns = Math.ceil(look.max / bin), pitch = r.w / columns;
  const rows = r.h / strip.rows >= 3 ? strip.rows : 1, step = r.h / rows;
  const gapX = pitch >= 4 ? 1 : 0, gapY = step >= 4 ? 1 : 0;
  for (let column = 0; column < columns; ++column) {
    const first = column * bin, last = Math.min(first + bin, look.max);
    const filled = Math.max(0, Math.min(strip.to, last) - Math.max(strip.from, first));
    const newest = strip.to > first && strip.to <= last && strip.to > strip.from;
    const x = r.x + column * pitch, w = pitch - gapX;
    for (let row = 0; row < rows; ++row) {
      const y = r.y + row * step, h = Math.max(step - gapY, 0.5);
      context.globalAlpha = look.alpha;
      context.fillStyle = look.unfilled;
      context.fillRect(x, y, w, h);
      if (filled <= 0) continue;
      context.globalAlpha = look.alpha * (newest ? look.fresh : look.lit) * Math.max(filled / (last - first), 0.25);
      context.fillStyle = look.color;
      context.fillRect(x, y, w, h);
      context.fillStyle = newest ? look.newest : `hsl(${Math.round(((first * GOLDEN) % 1) * 360)} 55% 70%)`;
      context.globalAlpha = look.alpha * (newest ? 0.6 * look.fresh : 0.6);
      context.fillRect(x, y, newest ? w : Math.max(1, pitch * 0.16), h);
    }
  }
  context.globalAlpha = 1;
}
