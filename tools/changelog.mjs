// CHANGELOG.md as data: what the update prompt says about each version.

/** @typedef {{release: string, lines: string[]}} Release */

/**
 * The sentences between a version's heading and its first section, one per line; newest version first.
 * @param {string} markdown
 * @returns {Release[]}
 */
export function releases(markdown) {
  return markdown.split(/^## /m).slice(1).flatMap((section) => {
    const [heading, ...rest] = section.split('\n');
    const release = /^\[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$/.exec(heading)?.[1];
    if (!release) return []; // "Unreleased" is not announced
    const end = rest.findIndex((line) => line.startsWith('### '));
    return [{release, lines: rest.slice(0, end < 0 ? undefined : end).map((line) => line.trim()).filter(Boolean)}];
  });
}
