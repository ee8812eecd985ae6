/* A map is drawn into a buffer of its own, and put on the screen when the drawing is done. Without a graphics card that
   takes a tenth of a second and more, and a browser waits for a canvas that is still being drawn on: everything else on
   the page would stand still meanwhile. */
(function () {
  "use strict";
  const { cityops } = window;
  const ASK_EVERY = 16; /* ms: a frame */

  /* A buffer of the size of the canvas, with what MapLibre draws with: colour, depth and stencil. */
  function makeBuffer(context) {
    const { drawingBufferWidth: width, drawingBufferHeight: height } = context;
    const parts = [
      [context.COLOR_ATTACHMENT0, context.RGBA8],
      [context.DEPTH_STENCIL_ATTACHMENT, context.DEPTH24_STENCIL8],
    ].map(([place, format]) => {
      const storage = context.createRenderbuffer();
      context.bindRenderbuffer(context.RENDERBUFFER, storage);
      context.renderbufferStorage(context.RENDERBUFFER, format, width, height);
      return { place, storage };
    });
    const frame = context.createFramebuffer();
    context.bindFramebuffer(context.FRAMEBUFFER, frame);
    for (const { place, storage } of parts) {
      context.framebufferRenderbuffer(context.FRAMEBUFFER, place, context.RENDERBUFFER, storage);
    }
    return { frame, parts, width, height };
  }

  function dropBuffer(context, { frame, parts }) {
    for (const { storage } of parts) context.deleteRenderbuffer(storage);
    context.deleteFramebuffer(frame);
  }

  /* Let a map of MapLibre's draw so from now on. It begins no picture before the last one is seen; `onShown` is called
     with each. Returns what tells whether one is on its way. */
  cityops.backBuffer = function (gl, onShown) {
    const context = gl.getCanvas().getContext("webgl2");
    const bind = context.bindFramebuffer.bind(context);
    const repaint = gl.triggerRepaint.bind(gl);
    /** @type {ReturnType<typeof makeBuffer> | null} */
    let buffer = null;
    /** @type {WebGLSync | null} */
    let drawing = null; /* the fence behind the commands of a picture */
    let isWanted = false; /* another picture, as soon as this one is seen */

    function current() {
      const { drawingBufferWidth: width, drawingBufferHeight: height } = context;
      if (buffer && buffer.width === width && buffer.height === height) return buffer;
      if (buffer) dropBuffer(context, buffer);
      const made = makeBuffer(context);
      buffer = made;
      return made;
    }

    /* What MapLibre means for the canvas goes into the buffer. */
    context.bindFramebuffer = (target, frame) => bind(target, frame || current().frame);
    gl.triggerRepaint = () => {
      if (drawing) isWanted = true;
      else repaint();
    };

    function show({ frame, width, height }) {
      bind(context.READ_FRAMEBUFFER, frame);
      bind(context.DRAW_FRAMEBUFFER, null);
      context.disable(context.SCISSOR_TEST); /* MapLibre sets it anew with each picture */
      context.blitFramebuffer(0, 0, width, height, 0, 0, width, height, context.COLOR_BUFFER_BIT, context.NEAREST);
      onShown();
    }

    function ask(fence) {
      if (fence !== drawing) return; /* lost */
      if (context.getSyncParameter(fence, context.SYNC_STATUS) !== context.SIGNALED) {
        setTimeout(ask, ASK_EVERY, fence);
        return;
      }
      context.deleteSync(fence);
      drawing = null;
      if (buffer) show(buffer);
      if (isWanted) repaint();
      isWanted = false;
    }

    gl.on("render", () => {
      if (!buffer) return;
      if (drawing) context.deleteSync(drawing); /* it was drawn without being asked for */
      drawing = context.fenceSync(context.SYNC_GPU_COMMANDS_COMPLETE, 0);
      context.flush();
      setTimeout(ask, 0, drawing);
    });
    gl.on("webglcontextlost", () => {
      buffer = drawing = null;
      isWanted = false;
    });
    return { isDrawing: () => drawing !== null };
  };
})();
