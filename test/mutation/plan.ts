/** Files that are made wrong together, and the tests that have to notice. */
export interface Share {
  readonly mutate: readonly string[]
  readonly tests: readonly string[]
}

/** Those that run in this process and hardly wait: a mutant that survives costs as long as all of them that reach it. */
const UNITS =
  'test/{assertions,capture,command,duration,guarding-tests,journal,laravel,matching,output-log,process-result,redact,' +
  'sqlite-file,stray-guard,text}.test.ts'
const REHEARSAL = 'test/mutation/rehearsal.cases.ts'

export const shares: Readonly<Record<string, Share>> = {
  fake: {
    mutate: ['src/fake/*.ts'],
    tests: [
      UNITS,
      'test/mutation/*.cases.ts',
      'test/{events,fake,isolation,monitoring,supervision,intercept,logging}/*.test.ts',
    ],
  },
  core: {
    mutate: ['src/*.ts', '!src/index.ts'],
    tests: [
      UNITS,
      REHEARSAL,
      'test/{events,fake,monitoring}/*.test.ts',
      'test/supervision/!(soak|ledger-real).test.ts',
      'test/isolation/{isolation,rehearsed,environment}.test.ts',
      'test/recording/{secrets,modes,care}.test.ts',
      'test/logging/{closing,line-assembly}.test.ts',
      'test/schedule/{shared-store,mails,pings}.test.ts',
      'test/queue/queued-process.test.ts',
      'test/{draining,spy}.test.ts',
    ],
  },
}
