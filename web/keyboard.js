// The phone's keyboard must not cover the active field: the page moves up by as much as is covered.

const ROOM = 12; // CSS px between field and keyboard

/** @param {HTMLElement} root */
export function keepFieldVisible(root) {
  const seen = window.visualViewport;
  if (!seen) return;
  let moved = 0;
  const move = () => {
    const field = document.activeElement;
    let by = 0;
    if (seen.scale === 1 && field instanceof HTMLElement && root.contains(field) && field.matches('input[type="text"], input[type="search"], textarea')) {
      const bottom = field.getBoundingClientRect().bottom + moved;
      by = Math.max(0, Math.ceil(bottom + ROOM - (seen.offsetTop + seen.height)));
    }
    if (by === moved) return;
    moved = by;
    root.style.transform = by ? `translateY(${-by}px)` : '';
  };
  for (const event of ['resize', 'scroll']) seen.addEventListener(event, move);
  root.addEventListener('focusin', move);
  root.addEventListener('focusout', move);
}
