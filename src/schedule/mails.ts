import { BadScheduleError } from '../errors.ts'
import { shown } from '../shown.ts'
import { concerns, type TaskEnd, type When } from './task-end.ts'

/** A mail about a run that has ended, ready to be handed to whatever sends mails. */
export interface TaskMail {
  readonly to: readonly string[]
  readonly subject: string
  /** What the task wrote. */
  readonly text: string
  readonly end: TaskEnd
}

/** Sends a mail. What it throws, or rejects with, is reported. */
export type Mailer = (mail: TaskMail) => unknown

/** To whom the output goes, and when. */
export interface Recipients {
  readonly when: When
  readonly to: readonly string[]
  readonly onlyIfOutputExists: boolean
}

/** How long one mail may take, in milliseconds of real time: mail servers do not live by a virtual clock. */
const LIMIT = 30_000

/** Hands mails to whoever sends them, beside the tasks and never in their way. */
export class Mails {
  readonly #mailer: Mailer
  readonly #report: (error: unknown) => void
  readonly #open = new Set<Promise<void>>()

  constructor(mailer: Mailer, report: (error: unknown) => void) {
    this.#mailer = mailer
    this.#report = report
  }

  /** Sends what is to be said about an end, without making anybody wait. */
  send({ when, to, onlyIfOutputExists }: Recipients, end: TaskEnd): void {
    if (!concerns(when, end) || (onlyIfOutputExists && end.output === '')) return
    const sending: Promise<void> = this.#deliver({ to, subject: subjectOf(end), text: end.output, end })
      .catch(this.#report)
      .finally(() => this.#open.delete(sending))
    this.#open.add(sending)
  }

  /** Resolves when all that was sent is over, well or not. */
  async drained(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open)
  }

  async #deliver(mail: TaskMail): Promise<void> {
    const limit = AbortSignal.timeout(LIMIT)
    const tooLate = new Promise<never>((_, reject) => {
      const message = `Cannot mail the output of "${mail.end.task}": not sent within ${LIMIT} ms`
      limit.addEventListener('abort', () => reject(new Error(message)), { once: true })
    })
    await Promise.race([this.#mailer(mail), tooLate])
  }
}

/** @throws BadScheduleError for what is no address. */
export function recipients(addresses: string | readonly string[], more: Omit<Recipients, 'to'>): Recipients {
  const to = [addresses].flat()
  // A line break would let an address add headers to the mail.
  const odd = to.find((address) => typeof address !== 'string' || !/^[^\r\n]*[^\s@]@[^\s@]+$/.test(address.trim()))
  if (odd !== undefined || to.length === 0)
    throw new BadScheduleError(`Cannot mail to ${shown(odd ?? to)}: expected addresses such as "ada@example.org"`)
  return { ...more, to }
}

function subjectOf({ task, successful, exitCode }: TaskEnd): string {
  return successful
    ? `"${task}" has succeeded`
    : `"${task}" has failed${exitCode === null ? '' : ` (exit code ${exitCode})`}`
}
