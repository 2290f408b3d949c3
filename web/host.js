// The methods C++ calls on the page.
import {createAfter} from './after.js';
import {say, showFailure, toast} from './messages.js';

// One origin may serve several copies of the app under different paths.
const SCOPE = new URL('.', document.baseURI).pathname;
const SESSION_KEY = `kvx-session:${SCOPE}`;
const ASIDE_KEY = `kvx-session-aside:${SCOPE}`; // what another version saved

export function loadSession() {
  try {
    const session = localStorage.getItem(SESSION_KEY) ?? '';
    known = ownModels(session);
    return session;
  } catch {
    return ''; // storage is blocked
  }
}

const MOST_MODELS = 12; // the same limit as in C++
/** @type {string[]} imported models that this tab has seen in the storage all tabs share */
let known = [];

/** @param {string|null} session @returns {string[]} */
function ownModels(session) {
  try {
    const {own} = JSON.parse(session ?? '');
    return Array.isArray(own) ? own.filter((config) => typeof config === 'string') : [];
  } catch {
    return [];
  }
}

/** Merges what this tab imported and deleted into what other tabs have stored since. @param {string} json @param {string|null} stored */
function merged(json, stored) {
  const ours = ownModels(json), theirs = ownModels(stored);
  const brought = ours.filter((config) => !known.includes(config)), forgot = known.filter((config) => !ours.includes(config));
  known = ours;
  if (!theirs.some((config) => !ours.includes(config) && !forgot.includes(config))) return json;
  const own = [...theirs.filter((config) => !forgot.includes(config) && !brought.includes(config)), ...brought].slice(-MOST_MODELS);
  return JSON.stringify({...JSON.parse(json), own});
}

/** @param {string} session @returns {unknown} its stated version; null when it is damaged */
function versionOf(session) {
  try {
    const {v, query} = JSON.parse(session);
    return typeof query === 'string' ? v : null;
  } catch {
    return null;
  }
}

/**
 * A session that this version does not write is moved, not copied: the storage may have no room for it twice. What
 * cannot be moved stays, and the error keeps it from being overwritten.
 * @param {string|null} stored @param {string} json
 */
function keepAside(stored, json) {
  if (!stored || versionOf(stored) === versionOf(json)) return;
  localStorage.removeItem(SESSION_KEY);
  try {
    localStorage.setItem(ASIDE_KEY, stored);
  } catch (error) {
    localStorage.setItem(SESSION_KEY, stored);
    throw error;
  }
}

/** @param {string} text */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'sr-only';
    (document.querySelector('dialog[open]') ?? document.body).append(area); // outside an open dialog, nothing can be selected
    const before = document.activeElement;
    area.select();
    const ok = document.execCommand('copy');
    area.remove();
    if (before instanceof HTMLElement) before.focus({preventScroll: true});
    return ok;
  }
}

/**
 * A method that fails must not unwind the program that called it, which continues with its next line.
 * @template {Record<string, any>} H @param {H} host @param {(error: unknown) => void} fault
 * @returns {H}
 */
export function guarded(host, fault) {
  return /** @type {H} */ (Object.fromEntries(Object.entries(host).map(([name, method]) => [name, (/** @type {unknown[]} */ ...args) => {
    try {
      return method(...args);
    } catch (error) {
      console.error(error);
      fault(error);
    }
  }])));
}

let shown = location.href;
/** The link of what is shown; the address bar may lag behind it. */
export const shownLink = () => shown;

/** @param {string} query */
const linkTo = (query) => new URL(query || '?', document.baseURI).href;

/** @param {string} text @param {string} done */
async function copyAndSay(text, done) {
  toast(await copyText(text) ? done : 'The browser did not allow copying.', {ms: 3000});
}

/**
 * @param {object} page
 * @param {() => void} page.wake
 * @param {(json: string) => void} page.semantics
 * @param {() => void} page.pick
 * @param {(name: string) => void} page.theme
 * @param {(message: string) => void} page.lab
 * @param {(names: string) => void} page.modules
 * @param {() => void} page.stop
 * @param {(query: string) => void} page.share
 * @param {HTMLElement} page.canvas
 * @param {HTMLElement} page.stage  over the picture
 * @param {HTMLElement} page.layer  of the semantic elements
 */
export function createHost(page) {
  const after = createAfter(); // the address bar and the storage cost milliseconds: keep them out of frames
  /** @param {'pushState'|'replaceState'} how @param {string} to */
  function write(how, to) {
    if (to === location.href) return;
    try {
      history[how](null, '', to);
    } catch { /* some browsers limit how often; the next change brings it along */ }
  }
  return {
    semantics: page.semantics,
    wake: page.wake,
    pick: page.pick,
    theme: page.theme,
    lab: page.lab,
    modules: page.modules,

    /** @param {string} query @param {boolean} [push] another page of the app: Back returns to the old one */
    url(query, push = false) {
      const to = linkTo(query);
      shown = to;
      if (!push) return after.later('url', () => write('replaceState', to));
      after.now(); // first write the final state of the page that is left
      write('pushState', to);
    },

    /** @param {string} json */
    save(json) {
      after.later('save', () => {
        try {
          const stored = localStorage.getItem(SESSION_KEY);
          keepAside(stored, json);
          localStorage.setItem(SESSION_KEY, merged(json, stored));
        } catch { /* storage is blocked or full: then nothing is remembered */ }
      });
    },

    /** @param {string} text */
    copy(text) { copyAndSay(text, 'Copied'); },

    share: page.share,

    /** @param {string} text the rectangle of the stage: x,y,w,h in CSS px */
    stage(text) {
      const [x, y, w, h] = text.split(',').map(Number);
      Object.assign(page.stage.style, {left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h}px`});
    },

    /** @param {string} text the factor by which a presentation enlarges everything */
    zoom(text) {
      const factor = Number(text);
      Object.assign(page.layer.style, factor === 1 ? {transform: '', width: '', height: ''}
        : {transform: `scale(${factor})`, width: `${100 / factor}%`, height: `${100 / factor}%`});
    },

    /** @param {string} _ @param {boolean|number} on */
    present(_, on) {
      // Not every browser or moment allows it; then the presentation fills the window.
      if (on && navigator.userActivation?.isActive === false) return;
      if (on) document.documentElement.requestFullscreen?.().catch(() => {});
      else if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    },

    /** @param {string} text */
    title(text) { document.title = text; },

    /** @param {string} text @param {boolean|number} assertive */
    say: (text, assertive) => say(text, Boolean(assertive)),

    /** @param {string} name a CSS cursor */
    cursor(name) {
      for (const {style} of [page.canvas, page.stage]) if (style.cursor !== name) style.cursor = name;
    },

    /** @param {string} text */
    fail(text) {
      page.stop();
      showFailure({text});
    },
  };
}
