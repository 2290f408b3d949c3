// The update prompt shows these sentences to every visitor.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {releases} from '../../tools/changelog.mjs';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const known = releases(read('CHANGELOG.md'));

test('the newest version is the one that is built', () => {
  assert.equal(known[0].release, JSON.parse(read('package.json')).version);
});

test('each version has one or two short sentences of plain text', () => {
  for (const {release, lines} of known) {
    assert.ok(lines.length === 1 || lines.length === 2, `${release} has ${lines.length} lines`);
    for (const line of lines) assert.match(line, /^[A-Z][^`*_<>[\]]{10,88}\.$/, release);
  }
});

test('versions are read in the order of the file, sections and unreleased changes left out', () => {
  const text = '# Changelog\n\n## [Unreleased]\n\nNot yet.\n\n## [2.0.0] - 2026-01-02\n\nOne.\nTwo.\n\n### Added\n\n- x\n\n## [1.0.0] - 2026-01-01\n\nOld.\n';
  assert.deepEqual(releases(text), [{release: '2.0.0', lines: ['One.', 'Two.']}, {release: '1.0.0', lines: ['Old.']}]);
});
