// Shortens the names under which the first WebAssembly module exports what the other modules import: wasm-split makes them
// of whole C++ names, about 80 bytes each.

const IMPORTS = 2, EXPORTS = 7;
const KIND = {function: 0, table: 1, memory: 2, global: 3};

/** Reads the numbers and names of a module's binary format (webassembly.github.io/spec/core/binary). @param {Buffer} bytes @param {number} at */
function reader(bytes, at) {
  return {
    get at() { return at; },
    byte: () => bytes[at++],
    number() {
      let result = 0, shift = 0, byte;
      do {
        byte = bytes[at++];
        result += (byte & 0x7f) * 2 ** shift;
        shift += 7;
      } while (byte & 0x80);
      return result;
    },
    name() {
      const length = this.number();
      at += length;
      return bytes.toString('utf8', at - length, at);
    },
    skip(length) { at += length; },
  };
}

/** @param {number} value */
function leb(value) {
  const out = [];
  do {
    out.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value);
  return Buffer.from(out);
}

/** @param {string} name */
const encoded = (name) => Buffer.concat([leb(Buffer.byteLength(name)), Buffer.from(name)]);

/**
 * The module with the names of one section replaced.
 * @param {Buffer} bytes @param {number} section IMPORTS or EXPORTS @param {(name: string) => string} rename
 */
function renamed(bytes, section, rename) {
  const parts = [bytes.subarray(0, 8)];
  for (let at = 8; at < bytes.length;) {
    const start = at, r = reader(bytes, at + 1), size = r.number(), end = r.at + size;
    at = end;
    if (bytes[start] !== section) {
      parts.push(bytes.subarray(start, end));
      continue;
    }
    const count = r.number(), body = [leb(count)];
    for (let i = 0; i < count; i++) {
      if (section === IMPORTS) body.push(encoded(r.name()));
      body.push(encoded(rename(r.name())));
      const from = r.at, kind = r.byte();
      const limits = () => { if (r.number() & 1) r.number(); r.number(); };
      if (section === EXPORTS || kind === KIND.function) r.number();
      else if (kind === KIND.table) r.skip(1), limits();
      else if (kind === KIND.memory) limits();
      else if (kind === KIND.global) r.skip(2);
      else throw new Error(`an import of the unknown kind ${kind}`);
      body.push(bytes.subarray(from, r.at));
    }
    const content = Buffer.concat(body);
    parts.push(Buffer.from([section]), leb(content.length), content);
  }
  return Buffer.concat(parts);
}

/**
 * @param {Buffer} first @param {Map<string, Buffer>} others by name
 * @param {string} prefix of the names to shorten
 * @returns {{first: Buffer, others: Map<string, Buffer>}}
 */
export function shortenNames(first, others, prefix) {
  /** @type {Map<string, string>} */
  const short = new Map();
  const rename = (/** @type {string} */ name) => {
    if (!name.startsWith(prefix)) return name;
    if (!short.has(name)) short.set(name, prefix + short.size.toString(36));
    return /** @type {string} */ (short.get(name));
  };
  return {
    first: renamed(first, EXPORTS, rename),
    others: new Map([...others].map(([name, bytes]) => [name, renamed(bytes, IMPORTS, rename)])),
  };
}
