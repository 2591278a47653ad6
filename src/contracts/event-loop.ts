// Taken at import: tests that replace these, as fake timers do, must not stop what measures no time. Jest puts its own on `process`.

/** Calls back in the next turn of the event loop, whoever has replaced `setImmediate` since. */
export const soon: typeof setImmediate = globalThis.setImmediate

/** `process.nextTick` as it was. */
export const nextTick: typeof process.nextTick = process.nextTick.bind(process)

/** `queueMicrotask` as it was. */
export const microtask: typeof queueMicrotask = globalThis.queueMicrotask
