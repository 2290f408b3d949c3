// The stage as a picture with caption and link, for a slide or a paper.

/**
 * @param {HTMLCanvasElement} canvas  drawn in the same task
 * @param {DOMRect} stage             what to show of it, CSS px
 * @param {string} headline
 * @param {string} link
 * @returns {Promise<Blob>}
 */
export function savePicture(canvas, stage, headline, link) {
  const ratio = canvas.width / canvas.clientWidth;
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const pad = 20 * ratio;
  const w = Math.round(stage.width * ratio), h = Math.round(stage.height * ratio);
  const picture = document.createElement('canvas');
  const ink = picture.getContext('2d');
  if (!ink) return Promise.reject(new Error('the browser could not make a picture'));

  /** Lines no wider than the stage, broken anywhere if necessary, so that a link can be typed in. @param {string} words @param {string} font */
  const lines = (words, font) => {
    ink.font = font;
    const out = [''];
    for (const c of words) {
      if (ink.measureText(out[out.length - 1] + c).width > w) out.push('');
      out[out.length - 1] += c;
    }
    return out;
  };
  const bold = `600 ${16 * ratio}px Inter`, plain = `400 ${12 * ratio}px Inter`;
  const caption = [
    ...lines(headline, bold).map((words) => ({words, font: bold, colour: colour('--text'), height: 22 * ratio})),
    ...lines(`KV Cache Explorer · ${link}`, plain).map((words) => ({words, font: plain, colour: colour('--dim'), height: 18 * ratio})),
  ];
  picture.width = w + 2 * pad;
  picture.height = h + 2 * pad + 12 * ratio + caption.reduce((sum, line) => sum + line.height, 0);
  ink.fillStyle = colour('--bg');
  ink.fillRect(0, 0, picture.width, picture.height);
  ink.drawImage(canvas, stage.x * ratio, stage.y * ratio, w, h, pad, pad, w, h);

  let y = pad + h + 12 * ratio;
  for (const {words, font, colour: fill, height} of caption) {
    y += height;
    ink.font = font;
    ink.fillStyle = fill;
    ink.fillText(words, pad, y - 4 * ratio);
  }
  return new Promise((resolve, reject) => {
    picture.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the browser could not make a picture'))), 'image/png');
  });
}
