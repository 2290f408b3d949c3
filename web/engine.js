// The C++ side as seen from the page: numbers and strings in and out, one call at a time.

/**
 * @typedef {object} Engine
 * @property {(name: string, ...args: (number|string)[]) => number} call   now; 0 when it failed, and after a crash
 * @property {(name: string, ...args: (number|string)[]) => string} text   now; the string it returns
 * @property {(name: string, ...args: (number|string)[]) => void} post     now, or right after the call that is running
 * @property {(name: string, bytes: Uint8Array) => void} provide
 * @property {(name: string, bytes: Uint8Array) => number} bytes        now; only bytes, without a name
 * @property {(name: string) => boolean} has
 */

const MOST_FAULTS = 3; // frames in a row: what fails every time is no single step

/**
 * A trap ends the program: it stopped mid-operation, and its memory may be half written. So does running out of stack or memory. An
 * exception in our own JavaScript that the program called only leaves that one call undone.
 * @param {unknown} error
 */
export function isTrap(error) {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError || /** @type {any} */ (error)?.name === 'InternalError';
}

/**
 * @param {Record<string, any>} module          what createKvx made
 * @param {WebAssembly.Memory|null} memory      its memory, if the page instantiated it
 * @param {(error: unknown) => void} onCrash    the program is over
 * @param {(error: unknown) => void} onFault    one call failed
 * @returns {Engine}
 */
export function createEngine(module, memory, onCrash, onFault) {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let depth = 0;
  let dead = false;
  let faults = 0;
  /** @type {(() => void)[]} */
  const waiting = [];

  // Read each time: the buffer is replaced when the heap grows.
  const heap = () => module.HEAPU8 ?? new Uint8Array(/** @type {WebAssembly.Memory} */ (memory).buffer);

  /** @param {Uint8Array} bytes @param {boolean} terminate */
  function copyIn(bytes, terminate) {
    const ptr = module._kvx_alloc(bytes.length + (terminate ? 1 : 0));
    const h = heap();
    h.set(bytes, ptr);
    if (terminate) h[ptr + bytes.length] = 0;
    return ptr;
  }

  /** @param {number} ptr */
  function read(ptr) {
    if (!ptr) return '';
    const h = heap();
    return decoder.decode(h.subarray(ptr, h.indexOf(0, ptr)));
  }

  /** @param {string} name @param {(number|string)[]} args */
  function call(name, ...args) {
    if (dead) return 0;
    /** @type {number[]} */
    const owned = [];
    const stack = module.stackSave?.();
    depth++;
    try {
      const plain = args.map((arg) => {
        if (typeof arg !== 'string') return arg;
        owned.push(copyIn(encoder.encode(arg), true));
        return owned[owned.length - 1];
      });
      const result = module['_' + name](...plain) ?? 0;
      for (const ptr of owned) module._kvx_free(ptr);
      if (name === 'kvx_frame') faults = 0;
      return result;
    } catch (error) {
      if (isTrap(error) || (name === 'kvx_frame' && ++faults > MOST_FAULTS)) {
        dead = true;
        waiting.length = 0;
        onCrash(error);
      } else {
        if (stack !== undefined) module.stackRestore(stack); // frees what the call took of the program's own stack
        onFault(error);
      }
      return 0;
    } finally {
      depth--;
      while (!depth && waiting.length) /** @type {() => void} */ (waiting.shift())();
    }
  }

  return {
    call,
    text: (name, ...args) => read(call(name, ...args)),
    post(name, ...args) {
      if (depth) waiting.push(() => call(name, ...args));
      else call(name, ...args);
    },
    provide(name, bytes) {
      const ptr = copyIn(bytes, false);
      call('kvx_provide', name, ptr, bytes.length);
      module._kvx_free(ptr);
    },
    bytes(name, bytes) {
      if (dead) return 0;
      const ptr = copyIn(bytes, false);
      const result = call(name, ptr, bytes.length);
      module._kvx_free(ptr);
      return result;
    },
    has: (name) => typeof module['_' + name] === 'function',
  };
}
