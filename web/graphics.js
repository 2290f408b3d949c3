// The WebGL2 context: one place decides its attributes, and what happens while the driver has taken it away.
import {say, toast} from './messages.js';

const RESTORE_MS = 5000;

/** Null where there is no WebGL2 at all. @param {HTMLCanvasElement} canvas */
export function openContext(canvas) {
  return canvas.getContext('webgl2', {alpha: false, antialias: false, depth: false, stencil: false, powerPreference: 'default', failIfMajorPerformanceCaveat: false});
}

/** @param {WebGL2RenderingContext} gl */
export function isSoftware(gl) {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
  return /swiftshader|llvmpipe|softpipe|basic render|software/i.test(name);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import('./engine.js').Engine} engine
 * @param {ReturnType<typeof import('./frames.js').createFrames>} frames
 */
export function watchContext(canvas, engine, frames) {
  let close = () => {};
  let timer = 0;
  canvas.addEventListener('webglcontextlost', (e) => {
    e.preventDefault();
    frames.stop();
    engine.post('kvx_context', 1);
    close = toast('The graphics driver was reset. Waiting for it to come back.');
    timer = setTimeout(() => {
      close();
      close = toast('The picture did not come back. Reload to draw it again; the configuration stays.', {
        actions: [{label: 'Reload', primary: true, run: () => location.reload()}],
      });
    }, RESTORE_MS);
  });
  canvas.addEventListener('webglcontextrestored', () => {
    clearTimeout(timer);
    close();
    engine.post('kvx_context', 0);
    frames.resume();
    say('The picture is back');
  });
}
