import { checkCommand, commandText } from '../command.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Command } from '../contracts/command.ts'
import { ProcessVetoedError } from '../errors.ts'
import { viewOf } from '../matching.ts'
import type { BeforeStartEvent, CommandChange } from './event-map.ts'
import { isThenable, type Listener } from './listener.ts'
import type { Scope } from './scope.ts'

/** What is asked, of one listener after the other. */
export interface Question {
  readonly run: number
  readonly scope: Scope
  readonly clock: Clock
}

/**
 * Asks all who listen, each about the command as those before have left it, and waits for their answers. One that throws, or
 * does not answer in time, is reported and has changed nothing.
 *
 * @throws ProcessVetoedError when one does not let it start.
 */
export async function ask(question: Question, command: Command): Promise<Command> {
  let current = command
  for (const listener of question.scope.listenersTo('beforeStart')) {
    const asked = askOne(question, current, listener)
    if (!asked) continue
    if (isThenable(asked.answer)) current = await inTime(question, asked.proposal, listener, asked.answer)
    else current = asked.proposal.decided()
  }
  return current
}

/** The same within the call. An answer that comes later cannot be waited for, so it does not let the command start. */
export function askNow(question: Question, command: Command): Command {
  let current = command
  for (const listener of question.scope.listenersTo('beforeStart')) {
    const asked = askOne(question, current, listener)
    if (!asked) continue
    const { answer, proposal } = asked
    if (isThenable(answer)) {
      answer.then(undefined, (error) => question.scope.report(listener, error, question.clock.now()))
      proposal.event.veto('a listener answers later, and this call cannot wait')
    }
    current = proposal.decided()
  }
  return current
}

function askOne(question: Question, command: Command, listener: Listener) {
  if (!listener.isConcerned) return undefined
  const proposal = new Proposal(question, command)
  try {
    return { proposal, answer: listener.call(proposal.event) }
  } catch (error) {
    question.scope.report(listener, error, question.clock.now())
    proposal.withdraw()
    return { proposal, answer: undefined }
  }
}

async function inTime(
  { scope, clock }: Question,
  proposal: Proposal,
  listener: Listener,
  answer: PromiseLike<unknown>,
): Promise<Command> {
  const { patience } = scope.shared
  const answered = new Promise<void>((resolve) => {
    const give = (error: unknown): void => {
      scope.report(listener, error, clock.now())
      proposal.withdraw()
      resolve()
    }
    const timer = clock.setTimeout(
      () => give(new Error(`Cannot wait for it: no answer within ${patience} ms`)),
      patience,
    )
    const settle = (then: () => void) => {
      clock.clearTimeout(timer)
      then()
    }
    answer.then(
      () => settle(resolve),
      (error) => settle(() => give(error)),
    )
  })
  // It may wait for something real, which virtual time must not overtake.
  void clock.outside(Promise.resolve(answer).catch(() => {}))
  await clock.drive(answered, () => `a listener to let "${proposal.event.text}" start`)
  return proposal.decided()
}

/** A command as one listener may change it. */
class Proposal {
  readonly event: BeforeStartEvent
  readonly #before: Command
  #after: Command
  #veto: string | Error | undefined
  #open = true

  constructor({ run, clock }: Question, command: Command) {
    this.#before = command
    this.#after = command
    this.event = {
      ...viewOf(command, commandText(command.line)),
      type: 'beforeStart',
      run,
      at: clock.now(),
      change: (change) => this.#change(change),
      veto: (reason) => {
        this.#veto ??= reason
      },
    }
  }

  /** Forgets what was changed. */
  withdraw(): void {
    this.#open = false
    this.#after = this.#before
  }

  /** What was decided; nothing can be changed any more. */
  decided(): Command {
    this.#open = false
    if (this.#veto !== undefined) throw new ProcessVetoedError(this.event.text, this.#veto)
    return this.#after
  }

  #change({ command = this.#after.line, path = this.#after.cwd, env }: CommandChange): void {
    if (!this.#open) throw new Error(`Cannot change "${this.event.text}": it has been decided how it starts`)
    const line = typeof command === 'string' ? command : Object.freeze([...command])
    const changed = { ...this.#after, line, cwd: path, env: { ...this.#after.env, ...env } }
    checkCommand(changed)
    this.#after = Object.freeze(changed)
  }
}
