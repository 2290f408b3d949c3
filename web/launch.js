// What the installed app is opened with: files, an address, or what another app shared.
import {toast} from './messages.js';

/** @typedef {{open: (query: string) => void, take: (files: import('./import.js').Readable[]) => void, takeWords: (text: string, name: string) => boolean}} Takes */

// The address will soon hold the configuration: what it was at the start is kept.
const arrived = location.search;
const wasShared = /[?&]shared\b/.test(arrived);

/** A launch: the files it was opened with, or the address, unless the page already came from it. @param {Takes} app */
export function takeLaunches({open, take}) {
  const queue = /** @type {any} */ (globalThis).launchQueue;
  // Browsers report the last launch again after a reload.
  let again = /** @type {PerformanceNavigationTiming|undefined} */ (performance.getEntriesByType('navigation')[0])?.type === 'reload';
  queue?.setConsumer(async (/** @type {{targetURL?: string, files?: {getFile: () => Promise<File>}[]}} */ launch) => {
    if (again) { again = false; return; }
    const handles = launch.files ?? [];
    const found = await Promise.allSettled(handles.map((handle) => handle.getFile()));
    const files = found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    if (files.length < handles.length) toast(`${handles.length - files.length} of ${handles.length} files could not be read: moved or deleted?`, {ms: 6000});
    if (files.length) take(files);
    const search = launch.targetURL && !handles.length ? new URL(launch.targetURL).search : '';
    if (search && search !== arrived && !/^\?shared\b/.test(search)) open(search);
  });
}

/** What another app shared: files first, otherwise text that may be a link to us, a config.json or a repository. @param {Takes} app */
export async function takeShared({take, takeWords}) {
  if (!wasShared || !('caches' in globalThis)) return;
  const scope = new URL('./', document.baseURI).href;
  const name = `kvx:${scope}:shared`;
  const cache = await caches.open(name);
  /** @type {import('./import.js').Readable[]} */
  const files = [];
  /** @type {string[]} */
  let words = [];
  for (const request of await cache.keys()) {
    const response = await cache.match(request);
    if (request.url.endsWith('/words')) words = await response?.json() ?? [];
    else if (response) {
      const [name, size] = new URL(request.url).search.slice(1).split('&');
      const beginning = await response.blob();
      files.push({name: decodeURIComponent(name), size: Number(size), slice: (from, to) => beginning.slice(from, to)});
    }
  }
  await caches.delete(name);
  if (files.length) take(files);
  else if (!words.some((text) => takeWords(text, 'What was shared'))) toast('What was shared is neither a model nor a link to this app.', {ms: 6000});
}
