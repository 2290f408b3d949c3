// The training lab's worker: a second instance of the model's code, so that long work never blocks the page.
import createLab from './@@lab-module.js@@';

/** @type {any} */
let lab;
/** @type {string[]} requests that came before the program was loaded */
const early = [];

/** @param {string} text */
function request(text) {
  const size = lab.lengthBytesUTF8(text) + 1;
  const ptr = lab._malloc(size);
  lab.stringToUTF8(text, ptr, size);
  lab._lab_request(ptr);
  lab._free(ptr);
}

let scheduled = false;
function turn() {
  scheduled = false;
  work();
}
function work() {
  const told = lab.UTF8ToString(lab._lab_work());
  if (told) postMessage({json: told});
  if (lab._lab_busy()) schedule();
}
/** A turn of the event loop between two slices, so that a pause or a new request gets through. */
function schedule() {
  if (!scheduled) setTimeout(turn, 0);
  scheduled = true;
}

/** @param {string} text */
function take(text) {
  request(text);
  work();
  const ptr = lab._lab_weights();
  const size = lab._lab_weights_size();
  if (size) postMessage({weights: lab.HEAPU8.slice(ptr, ptr + size)});
}

onmessage = ({data}) => {
  if (lab) take(data);
  else early.push(data);
};

createLab({locateFile: () => new URL('@@lab.wasm@@', import.meta.url).href}).then((/** @type {any} */ module) => {
  lab = module;
  early.forEach(take);
}).catch((/** @type {unknown} */ error) => {
  postMessage({json: JSON.stringify({failed: `The lab could not start: ${error instanceof Error ? error.message : error}`})});
});
