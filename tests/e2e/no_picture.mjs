// A WebGL2 context that accepts everything and draws nothing: it saves a tenth of a test's processor time, which software drawing
// would take. The app's own work stays, to the last vertex. The function runs in the page, so it is self-contained.

/** Call it before the page's own scripts. Draw calls are counted as pending.mjs does. */
export function drawNothing() {
  const constants = globalThis.WebGL2RenderingContext?.prototype;
  const native = HTMLCanvasElement.prototype.getContext;
  if (!constants) return;
  const draw = () => { if (globalThis.__count) globalThis.__count.draws++; };
  const answers = {
    getParameter: (name) => ({
      [constants.VERSION]: 'WebGL 2.0 (no picture)', [constants.SHADING_LANGUAGE_VERSION]: 'WebGL GLSL ES 3.00', [constants.MAX_TEXTURE_SIZE]: 8192,
      [constants.VIEWPORT]: new Int32Array(4), [constants.SCISSOR_BOX]: new Int32Array(4),
    })[name] ?? 0,
    getShaderParameter: () => true,
    getProgramParameter: (_, name) => (name === constants.LINK_STATUS ? true : 0),
    getShaderInfoLog: () => '', getProgramInfoLog: () => '',
    getSupportedExtensions: () => [], getExtension: () => null,
    getContextAttributes: () => ({alpha: false}),
    getAttribLocation: () => 0,
    isContextLost: () => false, getError: () => 0,
    drawArrays: draw, drawElements: draw, drawArraysInstanced: draw, drawElementsInstanced: draw, clear: draw,
  };
  const made = new WeakMap();
  const make = (canvas) => {
    const context = {canvas, get drawingBufferWidth() { return canvas.width; }, get drawingBufferHeight() { return canvas.height; }};
    for (const name in constants) {
      const {value} = Object.getOwnPropertyDescriptor(constants, name) ?? {};
      if (typeof value === 'number') context[name] = value;
      else if (typeof value === 'function') context[name] = answers[name] ?? (name.startsWith('create') || name === 'getUniformLocation' ? () => ({}) : () => {});
    }
    return context;
  };
  HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
    if (kind !== 'webgl2') return native.call(this, kind, ...more);
    if (!made.has(this)) made.set(this, make(this));
    return made.get(this);
  };
}
