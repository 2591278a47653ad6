/// <reference types="node" preserve="true" />
/** `rehearsal/driver`: the real driver, for those who build their own stack. */
export { SystemDriver, type SystemDriverOptions } from './driver.ts'
