import { completionOf } from './completion.ts'
import { doctor } from './doctor.ts'
import { exportCast } from './export.ts'
import { importCast } from './import.ts'
import { logs } from './logs.ts'
import { monitor } from './monitor.ts'
import { play } from './play.ts'
import { queue } from './queue.ts'
import { record } from './record.ts'
import { replay } from './replay.ts'
import { restart } from './restart.ts'
import { run } from './run.ts'
import { schedule } from './schedule.ts'
import { simulate } from './simulate.ts'
import type { Spec } from './spec.ts'
import { status } from './status.ts'
import { stop } from './stop.ts'
import { up } from './up.ts'

/** All that the program can do, by name, in the order in which it is told of. */
export const COMMANDS: Readonly<Record<string, Spec>> = {
  run,
  up,
  status,
  restart,
  stop,
  logs,
  monitor,
  schedule,
  queue,
  simulate,
  record,
  replay,
  play,
  export: exportCast,
  import: importCast,
  doctor,
  completion: completionOf(() => COMMANDS),
}
