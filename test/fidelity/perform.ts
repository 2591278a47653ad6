import type { Exit } from '../../src/index.ts'
import { type Act, type Case, hasChildren } from './case.ts'
import { HandleSubject } from './handle-subject.ts'
import { RunSubject } from './run-subject.ts'
import { StartSubject } from './start-subject.ts'
import { failureOf, type Subject, type Watched, type World, watched } from './subject.ts'
import { brief, type Moment, type Trace } from './trace.ts'

/** What an observer can see now. */
export type Look = () => Promise<Moment>

/** Lets everything come to rest after the acts of one moment, and gives what is to be seen then. */
export type Rest = (look: Look, index: number) => Promise<Moment>

/** After the acts of a case its caller leaves, and what does not end of that is killed. */
const FINALE: Case['moments'] = [[{ leave: true }], [{ kill: true }]]

/** Performs a case in a world, and gives what was to be seen of it. Nothing is left running. */
export async function perform(world: World, piece: Case, rest: Rest): Promise<Trace> {
  const driver = watched(world.driver)
  try {
    const subject = await start(driver, world, piece)
    if (!subject) return [failedStart]
    return await performOn(subject, driver, piece, rest)
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

async function performOn(subject: Subject, driver: Watched, piece: Case, rest: Rest): Promise<Trace> {
  const answers: string[] = []
  const moments: Moment[] = []
  for (const acts of [...piece.moments, ...FINALE]) {
    for (const act of acts) await performAct(act, subject, driver, answers)
    moments.push(await rest(() => look(subject, driver, piece, answers), moments.length))
  }
  return moments
}

async function performAct(act: Act, subject: Subject, driver: Watched, answers: string[]): Promise<void> {
  if ('pause' in act) return driver.clock.drive(driver.clock.sleep(act.pause), () => 'the caller who pauses')
  if ('kill' in act) {
    for (const handle of driver.handles) handle.kill('SIGKILL', 'group')
    return
  }
  const answer = subject.act(act)
  if (answer === undefined) return
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

async function look(subject: Subject, driver: Watched, piece: Case, answers: readonly string[]): Promise<Moment> {
  const states = await statesIn(driver, hasChildren(piece))
  const exits = await Promise.all(driver.handles.map(({ exit }) => Promise.race([exit.then(textOf), 'running'])))
  const { out, err } = subject.heard()
  return { out: brief(out), err: brief(err), exits, states, answers: [...answers], ending: subject.ending() }
}

async function statesIn({ processes, handles }: Watched, withChildren: boolean): Promise<readonly string[]> {
  const pids = handles.map(({ pid }) => pid)
  const rows = withChildren
    ? (await processes.list()).filter(({ group }) => pids.includes(group))
    : await Promise.all(pids.map((pid) => processes.find(pid)))
  const states = rows.map((row) => row?.state).filter((state) => state !== undefined && state !== 'zombie')
  return (states as string[]).sort()
}

function textOf({ code, signal }: Exit): string {
  return signal ?? String(code)
}
