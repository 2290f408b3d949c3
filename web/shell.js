// The page: loads the program, connects it to the browser, and says what happens when something fails.
import {FILES, KVX_JS, KVX_WASM, SHARE_JS} from './assets.js';
import {installConsole} from './console.js';
import {createEngine} from './engine.js';
import {createFrames} from './frames.js';
import {isSoftware, openContext, watchContext} from './graphics.js';
import {copyText, createHost, loadSession} from './host.js';
import {installImport} from './import.js';
import {installInput, installKeys} from './input.js';
import {keepFieldVisible} from './keyboard.js';
import {createLearn} from './learn.js';
import {createProgress, LoadError, loadBytes, loadModule, loadWasm, noMemory} from './load.js';
import {showFailure, toast} from './messages.js';
import {createModules} from './modules.js';
import {createPwa} from './pwa.js';
import {showKind, tooSmall, watchRoom} from './readable.js';
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
    text: 'An error in the program ended it.',
    help: 'Reload the page to go on. The configuration is in the address of the page, so nothing is lost. If it happens again with the same address, please report that address.',
    error,
  });
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
  // Weights: about what each is worth in compressed bytes.
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

/** The same files serve the canvas and the page's own text. @param {Uint8Array[]} contents */
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
        }).catch((error) => reject(error instanceof RangeError ? noMemory(error) : error)); // browsers say so when they cannot allocate
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

/** Going back and forth, and leaving full screen, happen outside the program. @param {import('./engine.js').Engine} engine @param {() => void} wake */
function followBrowser(engine, wake) {
  addEventListener('popstate', () => {
    engine.post('kvx_query', location.search);
    wake();
  });
  document.addEventListener('fullscreenchange', () => {
    if (document.fullscreenElement || engine.text('kvx_get', 'present') !== '1') return;
    engine.post('kvx_set', 'present', '0'); // left by the browser's own key
    wake();
  });
}

/**
 * Opens the share dialog, whose code comes when it is first wanted.
 * @param {() => import('./engine.js').Engine} engine
 * @param {import('./readable.js').Kind} kind
 * @returns {(query: string) => Promise<void>}
 */
function createShare(engine, kind) {
  let sharing = false;
  return async (query) => {
    if (sharing || document.querySelector('dialog.share')) return;
    sharing = true;
    try {
      const {openShare} = await import(SHARE_JS);
      openShare({
        engine: engine(), query,
        canvas: kind.readable ? null : canvas,
        redraw: () => engine().call('kvx_frame', performance.now()),
        stage: () => stage.getBoundingClientRect(),
        copy: copyText,
      });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // only a download that failed is the network's fault
      toast('The share dialog could not be loaded: check the connection and try again.', {ms: 6000});
    } finally {
      sharing = false;
    }
  };
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
  let installable = false;
  const frames = createFrames((now) => {
    viewport?.apply(engine);
    const delay = engine.call('kvx_frame', now);
    if (!ready) {
      becomeReady();
      modules.prefetch();
      if (!/[?&]embed=1(&|$)/.test(location.search)) pwa.start(); // inside another page nothing is installed
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
  const pwa = createPwa({
    installable(on) {
      installable = on;
      viewport?.setInstallable(on);
    },
    open(query) {
      engine.post('kvx_query', query);
      wake();
    },
    take: (files) => { importer?.take(files); },
    takeWords: (text, name) => importer?.takeWords(text, name) ?? false,
  });

  const modules = createModules((names) => {
    engine.post('kvx_modules', names);
    wake();
  });
  const host = createHost({
    modules: modules.want,
    wake,
    semantics: semantics.apply,
    pick: () => importer?.pick(),
    theme: setTheme,
    lab: (message) => learn?.lab(message),
    stop: frames.stop,
    share: createShare(() => engine, kind),
    canvas,
    stage,
    layer,
  });

  const {module, memory} = await instantiate(factory, program, host, modules);
  const session = loadSession();
  engine = createEngine(module, memory, crash);
  learn = createLearn(engine, wake);
  FILES.forEach((file, i) => engine.provide(file.name, contents[i]));
  engine.call('kvx_modules', modules.names());
  // What a link or a session shows may need more than the first module before it starts.
  await modules.load(engine.text('kvx_needs', location.search, session));

  // The canvas has its CSS size before the program looks at it; it is shown with its first picture.
  showKind(kind, layer, Boolean(gl));
  viewport = createViewport(canvas, kind, wake);
  viewport.setInstallable(installable);
  if (!engine.call('kvx_start', location.search, session, gl ? 1 : 0)) {
    stop();
    showFailure({text: 'The program could not start.'});
    return;
  }

  importer = installImport(engine, wake, () => modules.load('import'));
  const {pick} = importer;
  installConsole(engine, wake, {install: () => { pwa.install(); }, pick});
  if (gl) {
    lastPointer = installInput(root, canvas, stage, layer, engine, wake).lastPointer;
    watchRoom(kind, layer, () => {
      semantics.reset();
      engine.post('kvx_resend');
      viewport?.touch();
    });
    watchContext(canvas, engine, frames);
  } else {
    installKeys(root, engine, wake);
  }
  followBrowser(engine, wake);
  keepFieldVisible(root);

  wake();
}

async function main() {
  if (typeof WebAssembly !== 'object' || typeof WebAssembly.instantiate !== 'function') {
    showFailure({
      title: 'This browser cannot run the explorer',
      text: 'It offers no WebAssembly, which the calculations need.',
      help: 'Open this address in a current browser, or switch WebAssembly on: some security modes turn it off for each page.',
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
        retry: begun ? () => location.reload() : main, // half of the page stands already
        error: error.cause,
      });
    } else {
      crash(error);
    }
  }
}

addEventListener('unhandledrejection', (event) => {
  const name = event.reason?.name;
  if (name !== 'AbortError' && name !== 'NotAllowedError') crash(event.reason);
});
addEventListener('error', (event) => {
  if (event.error && event.filename?.startsWith(location.origin)) crash(event.error);
});

main();
