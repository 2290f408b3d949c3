// Serves dist/ as a good static host does: types, compressed copies, ETag, ranges, long caching, a strict CSP.
// usage: node tools/serve.mjs [--port 8000] [--dir dist] [--host 127.0.0.1] [--background [--open]] | --stop
import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {createReadStream, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {createServer, get} from 'node:http';
import {dirname, extname, join, normalize, resolve, sep} from 'node:path';
import {fileURLToPath} from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const PID = join(ROOT, 'build/serve.pid');
const URL_FILE = join(ROOT, 'build/serve.url');

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm', '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png', '.webp': 'image/webp',
  '.jpg': 'image/jpeg', '.otf': 'font/otf', '.ttf': 'font/ttf', '.txt': 'text/plain; charset=utf-8',
};
const CSP =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; frame-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors *; " +
  "require-trusted-types-for 'script'; trusted-types kv-sw kv-lab";

/** @type {Map<string, {stamp: string, tag: string}>} */
const tags = new Map();

/** A strong tag from the content, remembered until the file changes. */
function etag(path, stat) {
  const stamp = `${stat.size} ${stat.mtimeMs}`;
  const known = tags.get(path);
  if (known?.stamp === stamp) return known.tag;
  const tag = `"${createHash('sha256').update(readFileSync(path)).digest('base64url').slice(0, 22)}"`;
  tags.set(path, {stamp, tag});
  return tag;
}

/** One range as [first, last], null for the whole, 'bad' when outside. */
function range(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (!match[1] && !match[2])) return null;
  const first = match[1] ? Number(match[1]) : Math.max(0, size - Number(match[2]));
  const last = match[1] && match[2] ? Math.min(Number(match[2]), size - 1) : size - 1;
  return first > last ? 'bad' : [first, last];
}

/** What the client accepts, leaving out what it refuses with q=0. */
function accepts(header) {
  return new Set(
    (header ?? '').split(',').map((part) => part.trim().split(/\s*;\s*/))
      .filter(([, q]) => !/^q=0(\.0*)?$/.test(q ?? '')).map(([name]) => name.toLowerCase()),
  );
}

function handler(dir) {
  return (request, response) => {
    const answer = (status, headers = {}) => {
      response.writeHead(status, {'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', 'Content-Security-Policy': CSP, ...headers});
    };
    const tell = (status, text, headers) => {
      answer(status, {'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-cache', ...headers});
      response.end(request.method === 'HEAD' ? undefined : `${text}\n`);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return tell(405, 'Only GET and HEAD.', {Allow: 'GET, HEAD'});
    let name;
    try {
      name = decodeURIComponent(request.url.split(/[?#]/)[0]);
    } catch {
      return tell(400, 'Bad address.');
    }
    if (name.includes('\0')) return tell(400, 'Bad address.');
    let path = normalize(join(dir, name));
    if (path !== dir && !path.startsWith(dir + sep)) return tell(404, 'Not found.');
    let stat = statSync(path, {throwIfNoEntry: false});
    if (stat?.isDirectory()) {
      path = join(path, 'index.html');
      stat = statSync(path, {throwIfNoEntry: false});
    }
    if (!stat?.isFile()) return tell(404, 'Not found.');

    const headers = {
      'Content-Type': path === join(dir, 'manifest.json') ? 'application/manifest+json' : TYPES[extname(path)] ?? 'application/octet-stream',
      // a hashed name never changes its content
      'Cache-Control': /\.[0-9a-f]{8}\.\w+$/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      'Accept-Ranges': 'bytes',
      // other sites embed the elements, so modules and data are requested across origins
      'Access-Control-Allow-Origin': '*',
    };
    let from = path;
    const accepted = accepts(request.headers['accept-encoding']);
    for (const [encoding, extension] of [['br', '.br'], ['gzip', '.gz']]) {
      if (!existsSync(path + extension)) continue;
      headers.Vary = 'Accept-Encoding';
      // ranges refer to the uncompressed bytes
      if (from === path && accepted.has(encoding) && !request.headers.range) {
        from = path + extension;
        headers['Content-Encoding'] = encoding;
      }
    }
    stat = statSync(from);
    headers.ETag = etag(from, stat);
    const match = request.headers['if-none-match'];
    if (match && (match.trim() === '*' || match.split(',').some((tag) => tag.trim().replace(/^W\//, '') === headers.ETag))) {
      answer(304, headers);
      return response.end();
    }
    const condition = request.headers['if-range'];
    const part = !condition || condition === headers.ETag ? range(request.headers.range, stat.size) : null;
    if (part === 'bad') return tell(416, 'No such range.', {'Content-Range': `bytes */${stat.size}`});
    if (part) {
      headers['Content-Range'] = `bytes ${part[0]}-${part[1]}/${stat.size}`;
      headers['Content-Length'] = part[1] - part[0] + 1;
    } else {
      headers['Content-Length'] = stat.size;
    }
    answer(part ? 206 : 200, headers);
    if (request.method === 'HEAD') return response.end();
    createReadStream(from, part ? {start: part[0], end: part[1]} : {}).on('error', () => response.destroy()).pipe(response);
  };
}

/** Listens on `port` or the next free one; also for tests: import {serve} from tools/serve.mjs. */
export function serve({dir = join(ROOT, 'dist'), port = 8000, host = '127.0.0.1', tries = 50} = {}) {
  return new Promise((done, failed) => {
    const server = createServer(handler(resolve(dir)));
    let wanted = port;
    server.on('error', (error) => {
      if (error.code !== 'EADDRINUSE' || wanted >= port + tries) return failed(error);
      server.listen(++wanted, host);
    });
    server.on('listening', () => done({server, port: server.address().port, url: `http://localhost:${server.address().port}/`}));
    server.listen(wanted, host);
  });
}

const alive = (url) => new Promise((done) => {
  get(url, (response) => { response.resume(); done(response.statusCode === 200); }).on('error', () => done(false)).setTimeout(2000, function () { this.destroy(); });
});
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8').trim() : '');

/** Our own server's process id, or 0; an id reused by another program must not be mistaken for it. */
function running() {
  const pid = Number(read(PID));
  if (!pid) return 0;
  try {
    process.kill(pid, 0);
    const command = `/proc/${pid}/cmdline`;
    return !existsSync('/proc/self') || (existsSync(command) && readFileSync(command, 'utf8').includes('serve.mjs')) ? pid : 0;
  } catch {
    return 0;
  }
}

function stop() {
  const pid = running();
  if (pid) process.kill(pid, 'SIGTERM');
  rmSync(PID, {force: true});
  rmSync(URL_FILE, {force: true});
  return pid;
}

function openBrowser(url) {
  if (process.env.CI || !(process.env.DISPLAY || process.env.WAYLAND_DISPLAY || process.platform === 'darwin')) return;
  const opener = spawn(process.platform === 'darwin' ? 'open' : 'xdg-open', [url], {detached: true, stdio: 'ignore'});
  opener.on('error', () => {});
  opener.unref();
}

async function background(port, {dir, host, open}) {
  const known = read(URL_FILE);
  const asked = port;
  let url = running() && known && (await alive(known)) ? known : '';
  // another port was requested: move there
  if (url && read(join(ROOT, 'build/serve.port')) !== String(asked)) {
    stop();
    url = '';
  }
  if (!url) {
    stop();
    mkdirSync(dirname(PID), {recursive: true});
    mkdirSync(join(ROOT, 'build/logs'), {recursive: true});
    const log = openSync(join(ROOT, 'build/logs/serve.log'), 'w');
    // a session of its own, so that it outlives the terminal
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--port', String(asked), '--dir', dir, '--host', host, '--announce'], {
      detached: true, stdio: ['ignore', log, log], cwd: ROOT,
    });
    child.unref();
    writeFileSync(PID, `${child.pid}\n`);
    writeFileSync(join(ROOT, 'build/serve.port'), String(asked));
    for (let i = 0; i < 100 && !url; ++i) {
      await new Promise((done) => setTimeout(done, 50));
      const said = read(URL_FILE);
      if (said && (await alive(said))) url = said;
    }
    if (!url) {
      console.error(`error: the server did not start (build/logs/serve.log): ${read(join(ROOT, 'build/logs/serve.log')).split('\n')[0]}`);
      process.exit(1);
    }
  }
  console.log(`\n  KV Cache Explorer: ${url}   (make stop ends it)`);
  if (open) openBrowser(url);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const value = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
  const port = Number(value('--port', '8000'));
  const dir = resolve(value('--dir', join(ROOT, 'dist')));
  const host = value('--host', '127.0.0.1');
  if (args.includes('--stop')) {
    console.log(stop() ? '  stopped' : '  no server was running');
  } else if (!Number.isInteger(port) || port < 1 || port > 65535) {
    console.error('error: the port must be a number from 1 to 65535, for example PORT=8080.');
    process.exit(1);
  } else if (args.includes('--background')) {
    await background(port, {dir, host, open: args.includes('--open')});
  } else {
    process.on('SIGHUP', () => {});
    const {url} = await serve({dir, port, host}).catch((error) => {
      console.error(`error: cannot listen on port ${port}: ${error.message}`);
      process.exit(1);
    });
    if (args.includes('--announce')) writeFileSync(URL_FILE, `${url}\n`);
    console.log(`  serving ${dir} on ${url}`);
  }
}
