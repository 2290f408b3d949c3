// Parses one JavaScript module without running it. usage: node tools/check-script.mjs FILE
import {transformSync} from 'esbuild';
import {readFileSync} from 'node:fs';

const path = process.argv[2];
try {
  const {warnings} = transformSync(readFileSync(path, 'utf8'), {loader: 'js', format: 'esm', target: 'es2022', logLevel: 'silent', sourcefile: path});
  for (const {text, location} of warnings) console.error(`${path}:${location?.line}: ${text}`);
  if (warnings.length) process.exit(1);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
