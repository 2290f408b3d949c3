// The named parts of a page: F6 goes to the next one and Shift+F6 back, as in desktop programs, and a link at the start of the page
// skips to one.
import {FOCUSABLE} from './modal.js';

const REGIONS = '[role="region"], [role="tablist"][aria-label="Pages"]';

/** @param {HTMLElement} layer of the semantic elements */
export function installRegions(layer) {
  /** Parts that can be reached and hold something. @returns {HTMLElement[]} */
  const regions = () => /** @type {HTMLElement[]} */ ([...layer.querySelectorAll(REGIONS)]).filter((el) => el.firstElementChild && !el.closest('[inert]'));

  /** @param {HTMLElement} region */
  function enter(region) {
    const first = /** @type {HTMLElement|null} */ (region.querySelector(FOCUSABLE));
    if (!first) region.tabIndex = -1;
    (first ?? region).focus({preventScroll: true});
  }

  addEventListener('keydown', (e) => {
    if (e.key !== 'F6' || e.ctrlKey || e.altKey || e.metaKey) return;
    const all = regions();
    const at = all.findLastIndex((el) => el.contains(document.activeElement));
    const next = all[e.shiftKey ? (at < 0 ? all.length : at) - 1 : at + 1];
    if (!next) return; // past the ends the key is the browser's own
    e.preventDefault();
    enter(next);
  });

  for (const link of document.querySelectorAll('.skip')) {
    link.addEventListener('click', () => {
      const names = /** @type {HTMLElement} */ (link).dataset.to?.split(' ') ?? [];
      const region = names.map((name) => regions().find((el) => el.getAttribute('aria-label') === name)).find(Boolean);
      if (region) enter(region);
    });
  }
}
