/* A machine that gives no shared memory, as where it is turned off. */
const { Memory } = WebAssembly;
delete globalThis.SharedArrayBuffer;
WebAssembly.Memory = class extends Memory {
  constructor(options) {
    if (options.shared) throw new RangeError("WebAssembly.Memory(): could not allocate memory");
    super(options);
  }
};
