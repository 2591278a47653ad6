/// <reference types="node" preserve="true" />
/** `rehearsal/intercept`: processes that third-party code starts through `node:child_process`. */
export { Interception, intercept } from './interception.ts'
