// The demo page: the code a page around the elements would write.
const one = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const [plain, held, play, range] = [one('plain'), one('held'), one('play'), one('length')];

const showPlaying = () => {
  play.setAttribute('aria-pressed', String(plain.playing));
  play.textContent = plain.playing ? 'Pause' : 'Play';
};
play.addEventListener('click', () => {
  plain.playing = !plain.playing;
  showPlaying();
});
plain.addEventListener('seqlenchange', showPlaying);
one('reset').addEventListener('click', () => plain.reset());

const show = (/** @type {number} */ length) => {
  held.seqLen = length;
  range.value = String(length);
  one('length-text').textContent = length.toLocaleString('en-US');
};
range.addEventListener('input', () => show(Number(range.value)));
held.addEventListener('seqlenchange', (/** @type {CustomEvent} */ e) => show(e.detail.seqLen));
