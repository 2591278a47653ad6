import { AlreadyRunsError } from '../control/errors.ts'
import { placeIn } from '../control/place.ts'
import { type ControlServer, listen } from '../control/server.ts'
import { Process } from '../process.ts'
import type { ProcessGroup } from '../supervision/group.ts'
import { type Loaded, loadConfig } from './config-file.ts'
import { LineLog } from './line-log.ts'
import { Prefixed } from './prefixed.ts'
import { reported } from './reporting.ts'
import { reportOption, type Spec } from './spec.ts'
import { handlersOf } from './up-control.ts'
import { besidesOf, groupOf } from './up-members.ts'
import { UpOutput } from './up-output.ts'

/**
 * `rehearsal up`: brings up what a config says, and looks after it until a signal or `rehearsal stop` comes, or all of it is over.
 */
export const up: Spec = {
  about: 'bring up what rehearsal.config.ts or a Procfile says, and look after it',
  subject: '[<config>]',
  options: reportOption,
  goesOn: true,
  act: async (line) => {
    const loaded = await loadConfig(line.subjects[0])
    return reported(line, 'rehearsal up', () => bringUp(loaded))
  },
}

async function bringUp(loaded: Loaded): Promise<number> {
  const log = new LineLog()
  const screen = new Prefixed(namesIn(loaded))
  const output = new UpOutput({ log, show: (line) => screen.line(line), now: () => Process.clock.now() })
  const group = groupOf(loaded, output)
  group.onEvent((event) => output.tell(event))
  const beside = besidesOf(loaded)
  const control = await controlled(loaded, { group, log, screen })
  const ends = beside.map((begin) => begin())
  const stop = stopOnSignals(group, screen)
  try {
    await group.start()
    screen.say('All is up.')
    await group.wait()
    return group.status().every(({ state }) => state === 'done' || state === 'idle') ? 0 : 1
  } catch (error) {
    screen.say((error as Error).message)
    return 1
  } finally {
    await Promise.all(ends.map((end) => end()))
    await group.stop()
    await control?.close()
    stop.off()
  }
}

function namesIn({ config: { processes } }: Loaded): readonly string[] {
  return Object.entries(processes).map(([name, one]) => {
    const instances = typeof one === 'object' && 'instances' in one ? (one.instances ?? 1) : 1
    return instances > 1 ? `${name}#${instances}` : name
  })
}

interface Shown {
  readonly group: ProcessGroup
  readonly log: LineLog
  readonly screen: Prefixed
}

// Where there can be no socket, all else works.
async function controlled({ file }: Loaded, { group, log, screen }: Shown): Promise<ControlServer | undefined> {
  const { stateFolder, clock } = Process
  if (stateFolder === undefined) return undefined
  try {
    return await listen(placeIn(stateFolder), handlersOf({ group, log, file, since: clock.now() }))
  } catch (error) {
    if (error instanceof AlreadyRunsError) throw error
    screen.say(`Out of reach of "rehearsal status" and the like: ${(error as Error).message}`)
    return undefined
  }
}

function stopOnSignals(group: ProcessGroup, screen: Prefixed): { off(): void } {
  const stop = () => {
    screen.say('Stops.')
    void group.stop()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, stop)
  return {
    off: () => {
      for (const signal of signals) process.off(signal, stop)
    },
  }
}
