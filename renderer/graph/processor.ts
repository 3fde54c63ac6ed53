/** Where the browser draws WebGL on the processor, and what is left out there so that moving a graph stays smooth. */

/** Names of what draws without a graphics card. */
const ON_PROCESSOR = /swiftshader|llvmpipe|softpipe|software|basic render/i;

let known: boolean | undefined;

/** Looked up once; false where the browser does not tell. */
export function drawsOnProcessor(): boolean {
  known ??= lookUp();
  return known;
}

function lookUp(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2');
  const asked = gl?.getExtension('WEBGL_debug_renderer_info');
  const name = gl && asked ? String(gl.getParameter(asked.UNMASKED_RENDERER_WEBGL)) : '';
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return ON_PROCESSOR.test(name);
}

/** Each thing takes some 25 µs there, twice: once to be seen, once to be found under the pointer. */
const THINGS_WHILE_MOVED = 700;

/** While `isMoved` only the first things are drawn: the caller puts the most important ones first, and draws all of them at rest. */
export function drawFewerWhile(gl: WebGL2RenderingContext, isMoved: () => boolean): void {
  const draw = gl.drawArraysInstanced.bind(gl);
  gl.drawArraysInstanced = (mode, first, count, things) =>
    draw(mode, first, count, isMoved() ? Math.min(things, THINGS_WHILE_MOVED) : things);
}
