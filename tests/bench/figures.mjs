// How measured figures are summed up and written.

export const KB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
export const MS = (ms) => `${ms.toFixed(ms < 20 ? 2 : 0)} ms`;
export const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
export const percentile = (list, p) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * p))];
export const table = (head, body) => [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...body.map((row) => `| ${row.join(' | ')} |`)].join('\n');
