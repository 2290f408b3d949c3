// The readable page: the same elements flow as text where there is no WebGL2, no room for the picture, or on paper.

/**
 * @typedef {{readable: boolean, software: boolean, printing?: boolean}} Kind  of page; `readable` changes with the window and on paper
 */

/** For example at 400 % zoom: then everything flows as text in one column. */
export function tooSmall() {
  return innerWidth < 300 || innerHeight < (innerWidth < 560 ? 380 : 300);
}

/** @param {HTMLElement} layer @param {boolean} small */
function addNote(layer, small) {
  const note = document.createElement('p');
  note.id = 'readable-note';
  note.textContent = small ? 'This window is too small for the picture. All figures and controls are shown as text.'
    : 'This browser has no WebGL2, so the picture is missing. All figures and controls are shown as text. To see the picture, turn on hardware acceleration in the browser’s settings.';
  layer.prepend(note);
}

/** @param {Kind} kind @param {HTMLElement} layer @param {boolean} drawable */
export function showKind(kind, layer, drawable) {
  document.body.classList.toggle('readable', kind.readable);
  document.body.classList.toggle('drawn', !kind.readable);
  document.getElementById('readable-note')?.remove();
  if (kind.readable) addNote(layer, drawable);
}

/** Between picture and text. @param {Kind} kind @param {HTMLElement} layer @param {() => void} changed */
const turning = (kind, layer, changed) => (/** @type {boolean} */ readable) => {
  kind.readable = readable;
  changed();
  showKind(kind, layer, true);
};

/**
 * Switches between picture and text as the window's size changes.
 * @param {Kind} kind @param {HTMLElement} layer @param {() => void} changed
 */
export function watchRoom(kind, layer, changed) {
  // A phone's keyboard takes half of the window: keep the active field visible.
  const typing = () => document.activeElement instanceof HTMLInputElement && layer.contains(document.activeElement) && document.activeElement.type !== 'range';
  const turn = turning(kind, layer, changed);
  const fit = () => {
    if (kind.printing || kind.readable === tooSmall() || typing()) return;
    turn(!kind.readable);
  };
  addEventListener('resize', fit);
  layer.addEventListener('focusout', () => setTimeout(fit));
}

/**
 * Paper gets the readable page in the light theme, with every value; afterwards all is as before.
 * @param {Kind} kind @param {HTMLElement} layer @param {() => void} changed @param {() => void} draw  a frame, at once
 */
export function printReadable(kind, layer, changed, draw) {
  const root = document.documentElement;
  let theme = root.dataset.theme;
  const turn = turning(kind, layer, changed);
  addEventListener('beforeprint', () => {
    if (kind.readable) return;
    theme = root.dataset.theme;
    kind.printing = true;
    turn(true);
    draw();
    document.getElementById('readable-note')?.remove();
    root.dataset.theme = 'light';
  });
  addEventListener('afterprint', () => {
    if (!kind.printing) return;
    kind.printing = false;
    turn(false);
    if (theme === undefined) delete root.dataset.theme;
    else root.dataset.theme = theme;
  });
}
