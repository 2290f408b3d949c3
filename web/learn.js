// Loaded by the learn page: the model's files when it opens, the lab's worker on first use.
import {say} from './messages.js';

const FILES = [['learn/model.bin', '@@model.bin@@'], ['learn/report.json', '@@report.json@@']];

const LAB = '@@lab.js@@';
/** Scripts may only come from this policy's one URL (Trusted Types). */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy('kv-lab', {
  createScriptURL(/** @type {string} */ url) {
    if (url !== LAB) throw new TypeError(`unexpected script ${url}`);
    return url;
  },
});

/**
 * @param {import('./engine.js').Engine} engine
 * @param {() => void} wake
 */
export function createLearn(engine, wake) {
  /** @type {Worker|null} */
  let worker = null;
  let training = false, trained = false;

  async function load() {
    const bytes = await Promise.all(FILES.map(async ([, url]) => {
      try {
        const response = await fetch(url);
        return response.ok ? new Uint8Array(await response.arrayBuffer()) : new Uint8Array();
      } catch {
        return new Uint8Array(); // offline and not cached: the page says so
      }
    }));
    FILES.forEach(([name], i) => engine.provide(name, bytes[i]));
    wake();
  }

  /** @param {string} why */
  function failed(why) {
    worker?.terminate();
    worker = null;
    training = false;
    engine.post('kvx_lab', JSON.stringify({failed: why}));
    wake();
  }

  /** @param {string} message */
  function send(message) {
    if (!worker) {
      try {
        worker = new Worker(policy?.createScriptURL(LAB) ?? LAB, {type: 'module'});
      } catch (error) {
        failed(`This browser could not start the lab’s worker: ${error instanceof Error ? error.message : error}`);
        return;
      }
      worker.onmessage = ({data}) => {
        if (data.weights) {
          trained = true;
          engine.provide('lab/weights', data.weights);
          say('The page now shows the model trained here');
        } else {
          training = training && !finished(data.json);
          engine.post('kvx_lab', data.json);
        }
        wake();
      };
      worker.onerror = (event) => {
        event.preventDefault();
        failed('The lab’s program could not be loaded. Check the connection and try again.');
      };
    }
    if (/^train\b/.test(message)) training = true;
    worker.postMessage(message);
  }

  /** @param {string} json a reply of the lab: a failure, or the report of the last step */
  function finished(json) {
    const {failed: why, step = 0, config} = JSON.parse(json);
    return Boolean(why) || Boolean(config) && step >= config.steps;
  }

  return {
    /** What a reload would lose. */
    work: () => (training ? 'A model is being trained in this tab’s lab.' : trained ? 'A model trained in this tab’s lab is only here.' : ''),
    /** @param {string} message the request of the C++ side */
    lab(message) {
      if (message === 'load') load();
      else send(message);
    },
  };
}
