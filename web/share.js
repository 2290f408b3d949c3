// The dialog behind "Share": link and QR code, the figures as files, the picture, HTML for another page.
import {encode} from 'uqr';
import {savePicture} from './picture.js';

const QR_LIMIT = 2300; // capacity in bytes with medium error correction (ISO/IEC 18004, version 40-M: 2,331)

/**
 * @typedef {object} Sharing
 * @property {import('./engine.js').Engine} engine
 * @property {string} query            the configuration
 * @property {HTMLCanvasElement|null} canvas  null if nothing is drawn
 * @property {() => void} redraw       draws the picture now, without tabs and buttons, so that the canvas can be read
 * @property {() => DOMRect} stage     where the stage is, CSS px
 * @property {(text: string) => Promise<boolean>} copy
 */

/** @template {keyof HTMLElementTagNameMap} K @param {K} tag @param {Record<string, string>} [attributes] @param {(Node|string)[]} children */
function make(tag, attributes = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value);
  el.append(...children);
  return el;
}

/** @param {string} name @param {() => void} run @param {string} [look] */
function button(name, run, look = '') {
  const el = make('button', {type: 'button', class: look}, name);
  el.addEventListener('click', run);
  return el;
}

/** Words inside a quoted attribute. @param {string} text */
const attribute = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A short unique file name made from the headline. @param {string} headline @param {string} extension */
const fileName = (headline, extension) => `${headline.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60)}.${extension}`;

/** @param {Blob} blob @param {string} name */
export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = make('a', {href: url, download: name, hidden: ''});
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** The link as a QR code, dark on light in every theme, as readers expect. @param {string} text */
function qrPicture(text) {
  const {data, size} = encode(text, {ecc: 'M', border: 4});
  const canvas = make('canvas', {width: String(size), height: String(size), class: 'qr', role: 'img', 'aria-label': 'QR code of the link'});
  const ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  ink.fillStyle = '#fff';
  ink.fillRect(0, 0, size, size);
  ink.fillStyle = '#000';
  data.forEach((row, y) => row.forEach((on, x) => { if (on) ink.fillRect(x, y, 1, 1); }));
  return canvas;
}

/** @param {string} label @param {string} value @param {(value: string, done: string) => void} copy @param {string} done @param {string} [look] */
function copyRow(label, value, copy, done, look = '') {
  const field = make('input', {type: 'text', readonly: '', 'aria-label': label});
  field.value = value;
  field.addEventListener('focus', () => field.select());
  return make('div', {class: 'copy-row'}, field, button(`Copy ${label}`, () => copy(value, done), look));
}

/** @param {Sharing} sharing */
export function openShare(sharing) {
  const {engine, query} = sharing;
  const link = new URL(query || '?', document.baseURI).href;
  const headline = engine.text('kvx_export', 'headline');
  const inner = new URL(`${query || '?'}&embed=1`, document.baseURI).href;
  const snippet = `<iframe src="${attribute(inner)}" title="KV Cache Explorer: ${attribute(headline)}" width="1000" height="700" style="border:0" loading="lazy"></iframe>`;

  const dialog = make('dialog', {class: 'share', 'aria-labelledby': 'share-title'});
  // Inside the dialog: everything outside is inert, also for screen readers.
  const told = make('p', {role: 'status', class: 'told'});
  const done = (/** @type {string} */ text) => { told.textContent = told.textContent === text ? `${text}\u00a0` : text; };
  const close = () => dialog.close();
  const text = (/** @type {string} */ kind) => (kind === 'json' ? engine.text('kvx_quantities') : engine.text('kvx_export', kind));
  const save = (/** @type {string} */ kind, /** @type {string} */ type) => {
    download(new Blob([text(kind)], {type}), fileName(headline, kind));
    done(`The figures were saved as ${kind.toUpperCase()}.`);
  };
  const copied = async (/** @type {string} */ value, /** @type {string} */ words) => done(await sharing.copy(value) ? words : 'The browser did not allow copying.');
  const files = make('div', {class: 'buttons'},
    button('CSV', () => save('csv', 'text/csv')),
    button('JSON', () => save('json', 'application/json')),
    button('Copy as Markdown', () => copied(text('markdown'), 'The figures were copied as a Markdown table.')));
  const {canvas} = sharing;
  const picture = canvas && make('div', {class: 'buttons'}, button('Save picture (PNG)', async () => {
    if (canvas.getContext('webgl2')?.isContextLost()) return done('There is no picture at the moment: the graphics driver was reset.');
    sharing.redraw(); // the canvas can only be read in the task that drew it
    const blob = await savePicture(canvas, sharing.stage(), headline, link).catch(() => null);
    if (blob) download(blob, fileName(headline, 'png'));
    done(blob ? 'The picture was saved.' : 'The browser could not make a picture; it may be out of memory.');
  }));
  const native = navigator.share && button('Share with another app', () => {
    navigator.share({title: `KV Cache Explorer: ${headline}`, url: link}).then(close, () => {});
  }, 'primary');

  dialog.append(
    make('header', {}, make('h2', {id: 'share-title'}, 'Share and export'), button('Close', close)),
    told,
    make('p', {class: 'caption'}, headline),
    make('section', {}, make('h3', {}, 'Link'), copyRow('Link', link, copied, 'Link copied', native ? '' : 'primary'), ...(native ? [native] : []),
      link.length <= QR_LIMIT ? qrPicture(link) : make('p', {class: 'caption'}, 'The link is too long for a QR code.')),
    make('section', {}, make('h3', {}, 'All figures'), files),
    ...(picture ? [make('section', {}, make('h3', {}, 'The stage'), picture)] : []),
    make('section', {}, make('h3', {}, 'In another page'), copyRow('HTML', snippet, copied, 'HTML copied')),
  );
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (e) => { if (e.target === dialog) close(); }); // beside it
  document.body.append(dialog);
  dialog.showModal();
}
