// Offline use: all files of one version, checked and complete, or none. The build inserts the list; a new version waits until the page asks for it.

const {version, files, news} = self.__PRECACHE__;

const scope = self.registration.scope;
const PREFIX = `kvx:${scope}:`; // other copies of the app may share this origin
const CACHE = PREFIX + version;
const SHARED = PREFIX + 'shared';
const LIST = new URL('__precache__', scope).href; // remembers each file's hash, so that the next version can reuse what is unchanged

// Hosts answer "index.html" with a redirect to "./" or the reverse; a redirected response must not answer a navigation.
const address = (url) => new URL(url === 'index.html' || url === './index.html' ? './' : url, scope).href;
const wanted = new Map(files.map(({url, integrity}) => [address(url), integrity]));
const INDEX = address('./');
const HASHED = /\.[0-9a-f]{8}\.\w+$/;

self.addEventListener('install', (event) => event.waitUntil(install()));

async function install() {
  const previous = await previousFiles();
  const cache = await caches.open(CACHE);
  // Wait for all of them: no download may fill the cache after it was deleted.
  const results = await Promise.allSettled([...wanted].map(async ([url, integrity]) => {
    const old = previous.get(url);
    const response = old && old.integrity === integrity && await old.cache.match(url) || await download(url, integrity);
    await cache.put(url, response);
  }));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) {
    await caches.delete(CACHE);
    throw failed.reason;
  }
  await cache.put(LIST, new Response(JSON.stringify([...wanted]))); // Response.json is younger than Safari 16
}

/** @returns {Promise<Map<string, {integrity: string, cache: Cache}>>} */
async function previousFiles() {
  const found = new Map();
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX) || name === CACHE) continue;
    const cache = await caches.open(name);
    const list = await cache.match(LIST);
    if (list) for (const [url, integrity] of await list.json()) found.set(url, {integrity, cache});
  }
  return found;
}

async function download(url, integrity) {
  // The page has just loaded most of these: the HTTP cache may answer, and the hash checks the answer.
  const response = await fetch(url, {integrity, cache: 'no-cache'}).catch(() => fetch(url, {integrity, cache: 'reload'}));
  if (!response.ok || response.redirected) throw new Error(`${url}: ${response.status}${response.redirected ? ' redirected' : ''}`);
  return response;
}

self.addEventListener('activate', (event) => event.waitUntil(activate()));

async function activate() {
  await tidy();
  await self.clients.claim();
}

/** Deletes the files of versions that no tab shows any more. A tab that has not answered, or said later, still loads its own parts. */
async function tidy() {
  const {held = []} = await self.navigator.locks?.query() ?? {};
  const shown = new Set(held.map(({name}) => name));
  for (const name of await caches.keys())
    if (name.startsWith(PREFIX) && name !== CACHE && name !== SHARED && !shown.has(name)) await caches.delete(name);
}

/** @returns {Promise<Response|undefined>} a file of a version that some tab still shows */
async function earlier(request) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX) || name === CACHE || name === SHARED) continue;
    const found = await (await caches.open(name)).match(request.url);
    if (found) return found;
  }
}

self.addEventListener('message', (event) => {
  if (event.data === 'skip-waiting') self.skipWaiting();
  if (event.data === 'tidy') event.waitUntil(tidy());
  if (event.data === 'cache') event.ports[0]?.postMessage(CACHE); // the name under which a tab says that it shows this version
  if (event.data === 'news') event.ports[0]?.postMessage(news);
});

// What another app shares arrives as a form; it is kept until the page that opens reads and removes it (web/pwa.js).
const MOST_SHARED = 20;
const KEPT = 101 << 20; // of a file: no header is longer, and a file with tensors may have many gigabytes

async function share(request) {
  const form = await request.formData();
  const cache = await caches.open(SHARED);
  const words = ['text', 'url', 'title'].map((name) => form.get(name)).filter((value) => typeof value === 'string' && value.trim());
  const files = form.getAll('files').filter((value) => value instanceof File).slice(0, MOST_SHARED);
  await cache.put(new URL('__shared__/words', scope), new Response(JSON.stringify(words)));
  await Promise.all(files.map((file, i) => cache.put(new URL(`__shared__/${i}?${encodeURIComponent(file.name)}&${file.size}`, scope), new Response(file.slice(0, KEPT)))));
  return Response.redirect(new URL('./?shared', scope), 303);
}

self.addEventListener('fetch', (event) => {
  const {request} = event;
  const url = new URL(request.url);
  if (request.method === 'POST' && url.origin + url.pathname === INDEX && url.search === '?shared') {
    event.respondWith(share(request).catch(() => Response.redirect(INDEX, 303)));
    return;
  }
  if (request.method !== 'GET') return;
  const path = url.origin + url.pathname;
  const key = request.mode === 'navigate' && (path === INDEX || path === INDEX + 'index.html') ? INDEX : wanted.has(path) ? path : null;
  if (key) event.respondWith(answer(key, request));
  else if (path.startsWith(scope) && HASHED.test(path)) event.respondWith(earlier(request).then((found) => found ?? fetch(request)));
});

async function answer(key, request) {
  const cache = await caches.open(CACHE);
  return await cache.match(key) ?? fetch(request); // the browser may have discarded the cache
}
