// The stage as a picture with its caption and link, for a slide or a paper.

/**
 * @param {HTMLCanvasElement} canvas  drawn in this very task
 * @param {DOMRect} stage             what to show of it, CSS px
 * @param {string} headline
 * @param {string} link
 * @returns {Promise<Blob>}
 */
export function savePicture(canvas, stage, headline, link) {
  const ratio = canvas.width / canvas.clientWidth;
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const pad = 20 * ratio, foot = 76 * ratio;
  const w = Math.round(stage.width * ratio), h = Math.round(stage.height * ratio);
  const picture = document.createElement('canvas');
  picture.width = w + 2 * pad;
  picture.height = h + pad + foot;
  const ink = /** @type {CanvasRenderingContext2D} */ (picture.getContext('2d'));
  ink.fillStyle = colour('--bg');
  ink.fillRect(0, 0, picture.width, picture.height);
  ink.drawImage(canvas, stage.x * ratio, stage.y * ratio, w, h, pad, pad, w, h);

  /** @param {string} words @param {string} font @param {string} ink_ @param {number} y */
  const line = (words, font, ink_, y) => {
    ink.font = font;
    ink.fillStyle = ink_;
    let shown = words;
    while (shown.length > 1 && ink.measureText(shown).width > w) shown = `${shown.slice(0, -2)}…`;
    ink.fillText(shown, pad, pad + h + y * ratio);
  };
  line(headline, `600 ${16 * ratio}px Inter`, colour('--text'), 30);
  line(`KV Cache Explorer · ${link}`, `400 ${12 * ratio}px Inter`, colour('--dim'), 54);
  return new Promise((resolve, reject) => {
    picture.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the browser made no picture'))), 'image/png');
  });
}
