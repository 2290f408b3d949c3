// Exit codes and streams of `kvx` when its output cannot be written. Needs build/native/kvx.
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';

const KVX = fileURLToPath(new URL('../../build/native/kvx', import.meta.url));
let passed = 0, failed = 0;

/** @param {string} name @param {string} script with $KVX @param {(result: {status: number|null, stdout: string, stderr: string}) => boolean} good */
function expect(name, script, good) {
  const {status, stdout, stderr} = spawnSync('bash', ['-c', script], {encoding: 'utf8', env: {...process.env, KVX}});
  if (good({status, stdout, stderr})) return void passed++;
  failed++;
  console.log(`${name}: exit ${status}\n${stdout.slice(0, 200)}\n${stderr}`);
}

const said = /^kvx: the answer cannot be written: .+\.\n$/;
expect('a full disk is an error', '"$KVX" models >/dev/full', ({status, stderr}) => status === 1 && said.test(stderr));
expect('a short answer on a full disk is an error too', '"$KVX" --version >/dev/full', ({status, stderr}) => status === 1 && said.test(stderr));
expect('a closed output is an error', '"$KVX" models >&-', ({status, stderr}) => status === 1 && said.test(stderr));
expect('a reader that closes early is no error', '"$KVX" models --json | true; exit "${PIPESTATUS[0]}"', ({status, stderr}) => (status === 0 || status === 141) && stderr === '');
expect('nor with SIGPIPE ignored', `trap '' PIPE; { sleep 0.2; "$KVX" models --json; } | true; exit "\${PIPESTATUS[0]}"`, ({status, stderr}) => status === 141 && stderr === '');
expect('a refusal goes to stderr', '"$KVX" inference --batch many', ({status, stdout, stderr}) => status === 2 && stdout === '' && stderr.startsWith('kvx: '));

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
