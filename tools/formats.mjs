// Writes src/core/catalog/formats.inc from assets/formats.json: the table of number formats costs no request and no parsing at start.
// usage: node tools/formats.mjs [--check]
import {readFileSync, writeFileSync} from 'node:fs';

const root = new URL('../', import.meta.url);
const target = new URL('src/core/catalog/formats.inc', root);

/** @param {boolean} condition @param {string} id @param {string} message */
function demand(condition, id, message) {
  if (!condition) throw new Error(`formats.json, row ${id}: ${message}.`);
}

/** Bits beside the values: of a block of `elements`, -1 for a row, 0 for a tensor (neglected). @param {any} row */
function overhead(row) {
  if (row.block === undefined) return {elements: 0, bits: 0};
  const scales = (row.scale ?? 0) + (row.zero === 'bits' ? row.bits : row.zero ?? 0);
  if (row.block === 'row') return {elements: -1, bits: scales};
  const [elements, bytes] = row.block;
  const bits = bytes * 8 - elements * row.bits;
  demand(bits >= 0, row.id, 'the block is smaller than its values');
  const blocks = row.id.endsWith('_double') ? elements / 64 : 1;
  if (!row.whole) demand(row.parameters === 'bits group zero' ? bits === row.scale : bits === scales * blocks, row.id, 'the block is not values, scale and zero point');
  return {elements, bits};
}

/** Of a cached vector: bits of a value, then group, bits beside the values, whether only whole groups are stored. @param {any} row */
function cached(row) {
  const {kv} = row;
  if (!kv) return [0, 0, 0, false];
  const group = kv.group ?? 0;
  return [kv.bits, group, kv.bytes ? kv.bytes * 8 - group * kv.bits : kv.scale ?? 0, kv.bytes !== undefined];
}

/** @param {any} row */
function line(row) {
  demand(/^[a-z][a-z0-9_]*$/.test(row.id), row.id, 'the id is not a lower-case word');
  demand(row.bits > 0 && row.bits <= 32, row.id, 'bits are not from 1 to 32');
  for (const field of ['label', 'source']) demand(typeof row[field] === 'string' && row[field] !== '', row.id, `${field} is missing`);
  const {elements, bits} = overhead(row);
  const fields = [row.weights ?? true, row.parameters !== undefined, row.bits, elements, bits, row.scale ?? 0, row.zero === 'bits' ? -1 : row.zero ?? 0,
    `Arithmetic::${row.compute ?? 'bf16'}`, ...cached(row)].join(', ');
  const text = (value) => JSON.stringify(value ?? '');
  return `KVX_FORMAT(${row.id}, ${text(row.label)}, ${fields}, ${text(row.note)}, ${text(row.kv_note)}, ${text(row.source)}, ${row.whole ?? false})`;
}

const {formats} = JSON.parse(readFileSync(new URL('assets/formats.json', root), 'utf8'));
const ids = formats.map((row) => row.id.replaceAll('_', ''));
demand(new Set(ids).size === ids.length, 'all', 'an id occurs twice');
const made = `// Written by tools/formats.mjs from assets/formats.json.
// id, label; weights: stored, parametric, bits of a value, elements of a block (0 a tensor, -1 a row), bits beside the values, of a scale, of a zero point
// (-1 as a value); arithmetic; cache: bits of a value (0 not offered), group (0 a vector), bits beside the values, whole groups; notes; source; whether a type of GGUF
${formats.map(line).join('\n')}
`;
if (!process.argv.includes('--check')) writeFileSync(target, made);
else if (readFileSync(target, 'utf8') !== made) throw new Error('src/core/catalog/formats.inc is out of date: run node tools/formats.mjs.');
