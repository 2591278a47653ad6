/** Files that are made wrong together, and the tests that have to notice. */
export interface Share {
  readonly mutate: readonly string[]
  readonly tests: readonly string[]
}

/**
 * Those that run in this process and hardly wait: a mutant that survives costs as long as all of them that reach it. What
 * only slower ones would notice counts as survived.
 */
const QUICK: readonly string[] = [
  'test/{assertions,capture,command,draining,duration,errors,guarding-tests,journal,laravel,matching,output-log}.test.ts',
  'test/{claims,describable,macro,process-result,redact,rewriting,secrets,spy,stopping,stray-guard,text,unkillable}.test.ts',
  'test/mutation/rehearsal.cases.ts',
  'test/{events,fake}/*.test.ts',
  'test/isolation/{bad-isolation,environment,isolation,rehearsed}.test.ts',
  'test/recording/secrets.test.ts',
  'test/vitest/matchers.test.ts',
]

const STORES = 'src/{memory-locks,sqlite-file,sqlite-locks,sqlite-opening,store-error}.ts'
const LOGS = 'src/{log-errors,log-request}.ts'
const WITHIN_CALLS: readonly string[] = [
  'src/{launch-now,own-starts}.ts',
  'src/fake/{at-once,blocked-clock,blocked-run}.ts',
]

/** All of the core and of the rehearsal, each file in the share whose tests know it. */
export const shares: Readonly<Record<string, Share>> = {
  fake: {
    mutate: ['src/fake/*.ts', ...WITHIN_CALLS.map(without)],
    tests: [...QUICK, 'test/mutation/unruly.cases.ts'],
  },
  core: {
    mutate: ['src/*.ts', '!src/index.ts', ...[STORES, LOGS, ...WITHIN_CALLS].map(without)],
    tests: QUICK,
  },
  stores: {
    mutate: [STORES],
    tests: [
      'test/mutation/stores.cases.ts',
      'test/sqlite-file.test.ts',
      'test/queue/{bad-files,lost,queued-process}.test.ts',
      'test/schedule/{shared-store,default-store}.test.ts',
    ],
  },
  logs: { mutate: [LOGS], tests: ['test/logging/{closing,logging}.test.ts'] },
  calls: {
    mutate: WITHIN_CALLS,
    tests: ['test/intercept/{ending,events,interception,pids,rehearsed-child,sync,worlds}.test.ts'],
  },
}

function without(files: string): string {
  return `!${files}`
}
