import { flag, json, type OptionSpecs, text } from './spec.ts'

/** The words of `rehearsal queue`. */
export const queueWords: Readonly<Record<string, string>> = {
  work: 'do what waits, until a signal comes',
  push: 'let a command wait for a worker',
  status: 'how many jobs each queue has',
  list: 'jobs, the newest first',
  failed: 'jobs that have failed',
  retry: 'let a failed job wait again: its id, or "all"',
  cancel: 'end a job: its id',
  forget: 'remove a job that is over: its id',
  flush: 'remove all that failed',
  prune: 'remove what has been over for a day, or for --age',
  clear: 'remove all that waits',
  pause: 'let nothing of a queue begin',
  resume: 'go on after a pause',
  release: 'from inside a job: give it back, to be done again; after how long may follow',
}

/** Its options, each for all of them unless it names some. */
export const queueOptions: OptionSpecs = {
  store: text('<address>', 'which store: a file, redis://… or postgres://…'),
  key: text('<key>', 'what jobs are sealed with'),
  queue: text('<name>', 'which queue; for work several with commas, the first one first'),
  id: text('<id>', 'push: what the job is called'),
  delay: text('<time>', 'push: not before this has passed'),
  tries: text('<n>', 'push: how often it is tried'),
  backoff: text('<times>', 'push: how long between tries, with commas: 10s,1m'),
  timeout: text('<time>', 'push: how long one try may take'),
  'idle-timeout': text('<time>', 'push: how long one try may write nothing'),
  cwd: text('<folder>', 'push: where it runs; in the folder of its worker unless given'),
  priority: text('<n>', 'push: who comes first'),
  unique: flag('push: not while the same one waits or runs'),
  concurrency: text('<n>', 'work: how many jobs at once'),
  'max-jobs': text('<n>', 'work: end after this many'),
  'max-time': text('<time>', 'work: end after this long'),
  memory: text('<size>', 'work: end when it holds more; the exit code is 12 then'),
  rest: text('<time>', 'work: how long to rest after each job'),
  lease: text('<time>', 'work: how long a job is held without a sign of life'),
  once: flag('work: end after one job'),
  'stop-when-empty': flag('work: end when nothing waits'),
  age: text('<time>', 'flush, prune: only what is older'),
  limit: text('<n>', 'list, failed: how many: 20 unless given'),
  ...json,
}
