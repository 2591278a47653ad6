import { type Act, type Case, hasChildren } from './case.ts'
import { HandleSubject } from './handle-subject.ts'
import { RunSubject } from './run-subject.ts'
import { StartSubject } from './start-subject.ts'
import { failureOf, type Subject, type Watched, type World, watched } from './subject.ts'
import { completely, type Moment, type Told, type Trace } from './trace.ts'

/** Sees what there is to be seen now. */
export interface Observer {
  told(): Told
  /** How many pieces of output there were. */
  pieces(): number
  /** All that `told` gives, and who executes. */
  look(): Promise<Moment>
}

/** Lets everything come to rest after the acts of one moment, and gives what is to be seen then. */
export type Rest = (observer: Observer, index: number) => Promise<Moment>

/** After the acts of a case its caller leaves, and what does not end of that is killed. */
const FINALE: Case['moments'] = [[{ leave: true }], [{ kill: true }]]

/** Performs a case in a world, and gives what was to be seen of it. Nothing is left running. */
export async function perform(world: World, piece: Case, rest: Rest): Promise<Trace> {
  const driver = watched(world.driver)
  try {
    const subject = await start(driver, world, piece)
    if (!subject) return [failedStart]
    return await performOn(subject, { ...world, driver }, piece, rest)
  } catch (error) {
    return [{ ...failedStart, ending: failureOf(error) }]
  } finally {
    await world.driver.close()
  }
}

const failedStart: Moment = { out: '', err: '', exits: [], states: [], answers: [], ending: undefined }

async function start(driver: Watched, world: World, piece: Case): Promise<Subject | undefined> {
  if (piece.way === 'handle') return HandleSubject.start(driver, piece)
  return piece.way === 'start' ? StartSubject.start(driver, world, piece) : new RunSubject(driver, world, piece)
}

async function performOn(
  subject: Subject,
  world: World & { driver: Watched },
  piece: Case,
  rest: Rest,
): Promise<Trace> {
  const { driver, busy } = world
  const answers: string[] = []
  const moments: Moment[] = []
  const told = (): Told => {
    const { exits } = driver
    return completely({ ...subject.heard(), exits: [...exits], answers: [...answers], ending: subject.ending() }, piece)
  }
  const look = async (): Promise<Moment> => {
    const states = await statesIn(driver, hasChildren(piece))
    return { ...told(), states }
  }
  for (const acts of [...piece.moments, ...FINALE]) {
    for (const act of acts) {
      const sure = isSure(act, acts, driver)
      // Acts follow each other at once: nothing else gets a turn between them but where the caller pauses.
      if ('pause' in act) await pause(driver, act.pause)
      else if ('busy' in act) await busy?.pass(act.busy)
      else if ('kill' in act) killAll(driver)
      else note(subject.act(act), sure, answers)
      if (!('busy' in act)) busy?.over()
    }
    moments.push(await rest({ told, look, pieces: () => subject.pieces() }, moments.length))
  }
  return moments
}

/** Whether the answer to a signal is one that a machine does not leave open. */
function isSure(act: Act, acts: readonly Act[], { exits }: Watched): boolean {
  if (!('signal' in act)) return true
  // After another act a process may be dying of that, and a group has members until somebody has taken note of their end.
  const first = acts.find((other) => !('pause' in other || 'busy' in other))
  return act === first && (act.to === 'process' || exits[act.stage ?? 0] === 'running')
}

function pause({ clock }: Watched, ms: number): Promise<void> {
  return clock.drive(clock.sleep(ms), () => 'the caller who pauses')
}

// The last one first: what comes before it in a pipeline is not to see its end.
function killAll({ handles }: Watched): void {
  for (const handle of handles.toReversed()) handle.kill('SIGKILL', 'group')
}

function note(answer: unknown, sure: boolean, answers: string[]): void {
  if (answer === undefined || !sure) return
  const index = answers.push('pending') - 1
  Promise.resolve(answer).then(
    (value) => {
      answers[index] = String(value)
    },
    (error) => {
      answers[index] = error.code ?? String(error)
    },
  )
}

async function statesIn({ processes, handles }: Watched, withChildren: boolean): Promise<readonly string[]> {
  const pids = handles.map(({ pid }) => pid)
  const rows = withChildren
    ? (await processes.list()).filter(({ group }) => pids.includes(group))
    : await Promise.all(pids.map((pid) => processes.find(pid)))
  const states = rows.map((row) => row?.state).filter((state) => state !== undefined && state !== 'zombie')
  return (states as string[]).sort()
}
