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
import { ledger } from './up-ledger.ts'
import { besidesOf, groupOf } from './up-members.ts'
import { UpOutput } from './up-output.ts'
import { UpStopping } from './up-stopping.ts'

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
  const say = (text: string): void => screen.say(text)
  const output = new UpOutput({ log, show: (line) => screen.line(line), now: () => Process.clock.now() })
  const group = groupOf(loaded, output, ledger(say))
  group.onEvent((event) => output.tell(event))
  const beside = besidesOf(loaded)
  const stopping = new UpStopping(group, say)
  const control = await controlled(loaded, { group, stopping, log, say })
  const ends = beside.map((begin) => begin())
  stopping.listen()
  try {
    return (await untilOver({ group, stopping, say }, output)) ? 0 : 1
  } finally {
    await Promise.all(ends.map((end) => end()))
    await group.stop()
    await control?.close()
    stopping.off()
  }
}

function namesIn({ config: { processes } }: Loaded): readonly string[] {
  return Object.entries(processes).map(([name, one]) => {
    const instances = typeof one === 'object' && 'instances' in one ? (one.instances ?? 1) : 1
    return instances > 1 ? `${name}#${instances}` : name
  })
}

interface Looked {
  readonly group: ProcessGroup
  readonly stopping: UpStopping
  readonly say: (text: string) => void
}

/** Whether all went well. What is stopped while it comes up does so because that was asked for. */
async function untilOver({ group, stopping, say }: Looked, { ends }: UpOutput): Promise<boolean> {
  try {
    await group.start()
    say('All is up.')
  } catch (error) {
    if (!stopping.asked) {
      say((error as Error).message)
      return false
    }
    await group.stop()
  }
  await group.wait()
  return group.status().every(({ name, state }) => state === 'idle' || (state === 'done' && !ends.of(name)))
}

// Where there can be no socket, all else works.
async function controlled(
  { file }: Loaded,
  { group, stopping, log, say }: Looked & { readonly log: LineLog },
): Promise<ControlServer | undefined> {
  const { stateFolder, clock } = Process
  if (stateFolder === undefined) return undefined
  try {
    return await listen(placeIn(stateFolder), handlersOf({ group, stopping, log, file, since: clock.now() }))
  } catch (error) {
    if (error instanceof AlreadyRunsError) throw error
    say(`Out of reach of "rehearsal status" and the like: ${(error as Error).message}`)
    return undefined
  }
}
