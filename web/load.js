// Fetches what the app needs: bytes, progress, and errors in plain words.

/** Something could not be loaded: the message is a sentence for the visitor, `help` says what to do. */
export class LoadError extends Error {
  /** @param {string} text @param {{cause?: unknown, help?: string}} [more] */
  constructor(text, {cause, help = 'Check the connection and try again.'} = {}) {
    super(text, {cause});
    this.help = help;
  }
}

/** @param {unknown} error */
export function noMemory(error) {
  return new LoadError('There is not enough free memory to start the program.', {cause: error, help: 'Close other tabs or programs and try again.'});
}

/** @param {string} label @param {unknown} cause */
function explain(label, cause) {
  const why = typeof cause === 'number' ? `the server answered ${cause}`
    : navigator.onLine === false ? 'this device is offline' : 'the connection failed';
  return new LoadError(`Could not load ${label}: ${why}.`, {cause});
}

/**
 * Progress of downloads. The length of a compressed response is unknown, so such a file counts when it is complete; an
 * uncompressed one counts byte by byte.
 * @param {(fraction: number, text: string) => void} show
 */
export function createProgress(show) {
  /** @type {{weight: number, fraction: number, done: boolean}[]} */
  const parts = [];
  let bytes = 0;
  const paint = () => {
    const total = parts.reduce((sum, p) => sum + p.weight, 0) || 1;
    const have = parts.reduce((sum, p) => sum + p.weight * p.fraction, 0);
    const done = parts.filter((p) => p.done).length;
    show(have / total, `${Math.round(bytes / 1000).toLocaleString('en')} kB, ${done} of ${parts.length} files`);
  };
  return {
    /** @param {number} weight rough share of the whole */
    part(weight) {
      const part = {weight, fraction: 0, done: false};
      parts.push(part);
      return {
        /** @param {number} n @param {number} total 0 when unknown */
        add(n, total) {
          bytes += n;
          if (total) part.fraction = Math.min(1, part.fraction + n / total);
          paint();
        },
        done() {
          part.fraction = 1;
          part.done = true;
          paint();
        },
      };
    },
  };
}

/** @param {string} url @param {string} label */
async function get(url, label) {
  /** @type {unknown} */
  let cause;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const response = await fetch(url, attempt ? {cache: 'reload'} : {});
      if (response.ok) return response;
      cause = response.status;
      if (response.status < 500) break;
    } catch (error) {
      cause = error;
    }
  }
  throw explain(label, cause);
}

/** @param {Response} response @param {string} label @param {{add(n: number, total: number): void, done(): void}} part */
async function readAll(response, label, part) {
  const total = response.headers.get('content-encoding') ? 0 : Number(response.headers.get('content-length') || 0);
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  const reader = response.body.getReader();
  /** @type {Uint8Array[]} */
  const chunks = [];
  let length = 0;
  for (;;) {
    const {done, value} = await reader.read().catch((error) => { throw explain(label, error); });
    if (done) break;
    chunks.push(value);
    length += value.length;
    part.add(value.length, total);
  }
  part.done();
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** @param {string} url @param {string} label @param {ReturnType<ReturnType<typeof createProgress>['part']>} part */
export async function loadBytes(url, label, part) {
  return readAll(await get(url, label), label, part);
}

/**
 * Compiles while downloading. The response itself goes to the compiler, so that the browser can cache the compiled code. A
 * copy counts the progress, and serves as fallback for a content type that the streaming compiler refuses.
 * @param {string} url @param {ReturnType<ReturnType<typeof createProgress>['part']>} [part] @param {string} [label]
 * @returns {Promise<WebAssembly.Module>}
 */
export async function loadWasm(url, part = createProgress(() => {}).part(1), label = 'the program') {
  const response = await get(url, label);
  const bytes = readAll(response.clone(), label, part);
  bytes.catch(() => {});
  try {
    return await WebAssembly.compileStreaming(response);
  } catch (error) {
    const copy = await bytes;
    try {
      return await WebAssembly.compile(copy);
    } catch (second) {
      if (/unsafe-eval|security policy|disallowed|blocked/i.test(String(second))) {
        const help = 'A security mode, an extension or a network policy blocks it. Allow it for this address and reload the page.';
        throw new LoadError('WebAssembly is switched off for this page, and the calculations need it.', {cause: second, help});
      }
      throw new LoadError('The downloaded program is damaged, or this browser is too old for it.', {cause: error});
    }
  }
}

/** @param {string} url @param {ReturnType<ReturnType<typeof createProgress>['part']>} part */
export async function loadModule(url, part) {
  try {
    const module = await import(url);
    part.done();
    return module.default;
  } catch (error) {
    throw explain('the program', error);
  }
}
