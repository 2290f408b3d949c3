// The page: loads the program, connects it to the browser, and explains failures.
import {FILES, KVX_JS, KVX_WASM, SHARE_JS} from './assets.js';
import {installConsole} from './console.js';
import {createEngine, isTrap} from './engine.js';
import {createFrames} from './frames.js';
import {isSoftware, openContext, watchContext} from './graphics.js';
import {copyText, createHost, guarded, loadSession, shownLink} from './host.js';
import {installImport} from './import.js';
import {installInput, installKeys} from './input.js';
import {keepFieldVisible} from './keyboard.js';
import {createLearn} from './learn.js';
import {createProgress, LoadError, loadBytes, loadModule, loadWasm, noMemory} from './load.js';
import {showFailure, toast} from './messages.js';
import {createModules} from './modules.js';
import {createPwa} from './pwa.js';
import {printReadable, showKind, tooSmall, watchRoom} from './readable.js';
import {installRegions} from './regions.js';
import {createSemantics} from './semantics.js';
import {createViewport} from './viewport.js';

const root = /** @type {HTMLElement} */ (document.getElementById('app'));
const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById('canvas'));
const stage = /** @type {HTMLElement} */ (document.getElementById('stage'));
const layer = /** @type {HTMLElement} */ (document.getElementById('semantics'));
const about = /** @type {HTMLElement} */ (document.getElementById('about'));

let ready = false;
let stop = () => {};

/** @param {unknown} error */
function crash(error) {
  stop();
  root.inert = true;
  showFailure({
    title: 'The explorer stopped',
    text: 'It was stopped by an error in the program.',
    help: 'Reload the page to continue. The configuration is in the address of the page, so nothing is lost. If it happens again with the same address, please report that address.',
    error,
  });
}

let closeFault = () => {};
/** One step failed outside the program, which continues. @param {unknown} error */
function fault(error) {
  closeFault();
  closeFault = toast(`One step failed: ${error instanceof Error ? error.message : error} Everything else goes on.`, {actions: [
    {label: 'Go on', primary: true, run: () => {}},
    {label: 'Reload', run: () => location.reload()},
  ]});
}

/** @param {string} name */
function setTheme(name) {
  const theme = name === 'light' ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  const colour = getComputedStyle(document.documentElement).getPropertyValue('--bar').trim();
  for (const meta of document.querySelectorAll('meta[name=theme-color]')) meta.setAttribute('content', colour);
}

async function download() {
  const bar = /** @type {HTMLProgressElement} */ (document.getElementById('progress'));
  const words = /** @type {HTMLElement} */ (document.getElementById('progress-text'));
  /** @type {HTMLElement} */ (document.getElementById('loading')).hidden = false;
  const progress = createProgress((fraction, text) => {
    bar.value = fraction;
    words.textContent = text;
  });
  // Weights: roughly the compressed sizes.
  const wasmPart = progress.part(8);
  const jsPart = progress.part(1);
  const parts = FILES.map(() => progress.part(1));
  const [program, factory, ...contents] = await Promise.all([
    loadWasm(KVX_WASM, wasmPart),
    loadModule(KVX_JS, jsPart),
    ...FILES.map((file, i) => loadBytes(file.url, file.label, parts[i])),
  ]);
  return {program, factory, contents};
}

/** Canvas and page text use the same font files. @param {Uint8Array[]} contents */
function useFonts(contents) {
  /** @type {[string, string, string][]} */
  const faces = [['fonts/inter-400', 'Inter', '400'], ['fonts/inter-600', 'Inter', '600'], ['fonts/mono-500', 'JetBrains Mono', '500']];
  for (const [name, family, weight] of faces) {
    const bytes = contents[FILES.findIndex((file) => file.name === name)];
    document.fonts.add(new FontFace(family, /** @type {Uint8Array<ArrayBuffer>} */ (bytes), {weight}));
  }
}

/**
 * @param {any} factory
 * @param {WebAssembly.Module} program
 * @param {object} host
 * @param {ReturnType<typeof createModules>} modules
 */
function instantiate(factory, program, host, modules) {
  return new Promise((resolve, reject) => {
    /** @type {WebAssembly.Memory|null} */
    let memory = null;
    const lines = (/** @type {unknown[]} */ ...args) => console.warn(...args);
    factory({
      canvas,
      host,
      print: lines,
      printErr: lines,
      onAbort: (/** @type {unknown} */ reason) => reject(reason instanceof Error ? reason : new Error(`aborted: ${reason}`)),
      locateFile: (/** @type {string} */ name) => (name.endsWith('.wasm') ? KVX_WASM : name),
      instantiateWasm(/** @type {WebAssembly.Imports} */ imports, /** @type {Function} */ done) {
        WebAssembly.instantiate(program, {...imports, placeholder: modules.placeholders}).then((instance) => {
          modules.attach(instance);
          memory = /** @type {WebAssembly.Memory|null} */ (Object.values(instance.exports).find((x) => x instanceof WebAssembly.Memory) ?? null);
          done(instance, program);
        }).catch((error) => reject(error instanceof RangeError ? noMemory(error) : error)); // what browsers throw when they cannot allocate
        return {};
      },
    }).then((/** @type {any} */ module) => resolve({module, memory}), reject);
  });
}

function becomeReady() {
  ready = true;
  about.hidden = true;
  document.body.classList.add('ready');
  performance.mark('kvx-ready');
  /** @type {any} */ (globalThis).__ready = true;
  dispatchEvent(new Event('kvx-ready'));
}

/** Going back and forth, and leaving full screen, happen outside the program. @param {import('./engine.js').Engine} engine @param {() => void} wake @param {(query: string, back?: () => void) => void} openQuery */
function followBrowser(engine, wake, openQuery) {
  addEventListener('popstate', () => {
    // If it cannot be shown, the address returns to what is shown, after the entry that was left.
    openQuery(location.search, () => history.pushState(null, '', shownLink()));
  });
  document.addEventListener('fullscreenchange', () => {
    if (document.fullscreenElement || engine.text('kvx_get', 'present') !== '1') return;
    engine.post('kvx_set', 'present', '0'); // the browser's own key left full screen
    wake();
  });
}

/**
 * Opens the share dialog, whose code is loaded on first use.
 * @param {() => import('./engine.js').Engine} engine
 * @param {import('./readable.js').Kind} kind
 * @param {(query: string, again: () => void) => Promise<boolean>} ensure  the code that shows it
 * @returns {(query: string) => Promise<void>}
 */
function createShare(engine, kind, ensure) {
  let sharing = false;
  return async function share(query) {
    if (sharing || document.querySelector('dialog.share')) return;
    sharing = true;
    try {
      if (!await ensure(query, () => share(query))) return;
      const {openShare} = await import(SHARE_JS);
      openShare({
        engine: engine(), query,
        canvas: kind.readable ? null : canvas,
        redraw: () => engine().call('kvx_picture', performance.now()),
        stage: () => stage.getBoundingClientRect(),
        copy: copyText,
      });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // a TypeError is a failed download
      toast('The share dialog could not be loaded: check the connection and try again.', {ms: 6000});
    } finally {
      sharing = false;
    }
  };
}

/**
 * Opens a link's configuration, after the code that shows it: pasted, launched, shared, or from the history.
 * @param {() => import('./engine.js').Engine} engine
 * @param {ReturnType<typeof createModules>} modules
 * @param {() => void} wake
 */
function createOpener(engine, modules, wake) {
  let latest = 0;
  /** @param {string} query @param {() => void} [back] when it cannot be shown */
  return async function openQuery(query, back) {
    const mine = ++latest;
    const there = await modules.ensure(query, () => openQuery(query));
    if (mine !== latest) return; // another one was opened meanwhile
    if (!there) return back?.();
    engine().post('kvx_query', query);
    wake();
  };
}

/**
 * Pointer and keys, the window's room, and a lost context.
 * @param {import('./engine.js').Engine} engine
 * @param {ReturnType<typeof createFrames>} frames
 * @param {import('./readable.js').Kind} kind
 * @param {() => void} resend  everything, after the page changed between canvas and text
 */
function connectCanvas(engine, frames, kind, resend) {
  const {lastPointer} = installInput(root, canvas, stage, layer, engine, frames.wake);
  watchRoom(kind, layer, resend);
  printReadable(kind, layer, resend, frames.now);
  watchContext(canvas, engine, frames);
  return lastPointer;
}

/** @param {{program: WebAssembly.Module, factory: any, contents: Uint8Array[]}} files */
async function start({program, factory, contents}) {
  useFonts(contents);

  const gl = openContext(canvas);
  const kind = {readable: !gl || tooSmall(), software: gl ? isSoftware(gl) : false};

  /** @type {import('./engine.js').Engine} */
  let engine;
  /** @type {ReturnType<typeof createViewport>|null} */
  let viewport = null;
  let started = false;
  const frames = createFrames((now) => {
    if (!started) return -1; // woken by a module that the start is waiting for
    viewport?.apply(engine);
    const delay = engine.call('kvx_frame', now);
    if (!ready) {
      becomeReady();
      modules.prefetch();
      if (!/[?&]embed=1(&|$)/.test(location.search)) pwa.start(); // embedded pages install nothing
    }
    return delay;
  });
  stop = frames.stop;
  const wake = frames.wake;

  let lastPointer = () => '';
  const semantics = createSemantics(layer, {
    act(id, what, value) {
      engine.post('kvx_act', id, what, value);
      wake();
    },
    kind,
    root,
    lastPointer: () => lastPointer(),
  });

  /** @type {ReturnType<typeof installImport>|null} */
  let importer = null;
  /** @type {ReturnType<typeof createLearn>|null} */
  let learn = null;
  const modules = createModules((names) => {
    engine.post('kvx_modules', names);
    wake();
  }, (query) => engine.text('kvx_needs', query, ''));
  const openQuery = createOpener(() => engine, modules, wake);
  const pwa = createPwa({
    open: openQuery,
    take: (files) => { importer?.take(files); },
    takeWords: (text, name) => importer?.takeWords(text, name) ?? false,
    busy: () => learn?.work() ?? '',
  });

  const host = guarded(createHost({
    modules: modules.want,
    wake,
    semantics: semantics.apply,
    pick: () => importer?.pick(),
    theme: setTheme,
    lab: (message) => learn?.lab(message),
    stop: frames.stop,
    share: createShare(() => engine, kind, modules.ensure),
    canvas,
    stage,
    layer,
  }), fault);

  const {module, memory} = await instantiate(factory, program, host, modules);
  const session = loadSession();
  engine = createEngine(module, memory, crash, fault);
  learn = createLearn(engine, wake);
  FILES.forEach((file, i) => engine.provide(file.name, contents[i]));
  engine.call('kvx_modules', modules.names());
  // The link or session may need more than the first module before the start.
  await modules.load(engine.text('kvx_needs', location.search, session));

  // The canvas gets its CSS size before the program reads it, and is shown with its first picture.
  showKind(kind, layer, Boolean(gl));
  viewport = createViewport(canvas, kind, wake);
  if (!engine.call('kvx_start', location.search, session, gl ? 1 : 0)) {
    stop();
    showFailure({text: 'The program could not start.'});
    return;
  }
  started = true;

  importer = installImport(engine, wake, () => modules.load('import'), openQuery);
  const {pick} = importer;
  installConsole(engine, wake, {install: () => { pwa.install(); }, pick});
  if (gl) {
    lastPointer = connectCanvas(engine, frames, kind, () => {
      semantics.reset();
      engine.post('kvx_resend');
      viewport?.touch();
    });
  } else {
    installKeys(root, engine, wake);
  }
  followBrowser(engine, wake, openQuery);
  keepFieldVisible(root);
  installRegions(layer);

  wake();
}

async function main() {
  if (typeof WebAssembly !== 'object' || typeof WebAssembly.instantiate !== 'function') {
    showFailure({
      title: 'This browser cannot run the explorer',
      text: 'It lacks WebAssembly, which the calculations need.',
      help: 'Open this address in a current browser, or turn WebAssembly on: some security modes turn it off for each site.',
    });
    return;
  }
  let begun = false;
  try {
    const files = await download();
    begun = true;
    await start(files);
  } catch (error) {
    if (error instanceof LoadError) {
      stop();
      showFailure({
        title: 'The explorer could not be loaded',
        text: error.message,
        help: error.help,
        retry: begun ? () => location.reload() : main, // half of the page has already started
        error: error.cause,
      });
    } else {
      crash(error);
    }
  }
}

addEventListener('unhandledrejection', (event) => {
  const name = event.reason?.name;
  if (name !== 'AbortError' && name !== 'NotAllowedError') failed(event.reason);
});
addEventListener('error', (event) => {
  if (event.error && event.filename?.startsWith(location.origin)) failed(event.error);
});

/** Outside of any call: before the first picture, the start itself failed. @param {unknown} error */
function failed(error) {
  if (!ready || isTrap(error)) crash(error);
  else fault(error);
}

main();
