import { dataOf, type Scenario, type StartFailure, type Step } from '../contracts/scenario.ts'
import { type CommandView, describePattern, type Pattern } from '../matching.ts'
import { ProcessResult } from '../process-result.ts'
import { checkAnswer, isLines } from './check-answer.ts'
import { checkScenario } from './check-scenario.ts'
import { Description } from './description.ts'
import type { Part, ProgramContext } from './program.ts'
import { failureOf, nameOf, notThere } from './refusals.ts'
import { type Question, Sequence } from './sequence.ts'

/** What a rule may answer with, at once. */
export type Answer = string | readonly string[] | number | Error | ProcessResult | Description | Sequence | Scenario

/**
 * What a rule may be: an answer, or a function of the command, which may itself be a small program: it reads, writes and
 * waits as the process, and what it gives in the end is an answer again, most often an exit code.
 */
export type Handler =
  | Answer
  | ((context: HandlerContext) => Answer | undefined | Promise<Answer | undefined> | Promise<void>)

/** What a function that handles a command gets: the command, and the world of one process. */
export type HandlerContext = Omit<CommandView, 'env'> & ProgramContext

/**
 * A handler as what the driver plays for a command: made once where it is always the same. This file is the only place
 * that knows the short forms. `rule` names the rule in messages.
 */
export function answerOf(handler: Handler, rule: string): Answerer {
  const plain = typeof handler === 'string' || typeof handler === 'number' || Array.isArray(handler)
  if (!plain) return (view, call) => partFor(handler, view, { rule, call })
  let part: Part | undefined
  return (view, call) => {
    part ??= partFor(handler, view, { rule, call })
    return part
  }
}

/** Says what to do for a command, and for the call that waits for its end. */
export type Answerer = (view: CommandView, call: Question['call']) => Part

/** @throws the error, when that is the answer; BadRuleError for what is no answer. */
function partFor(handler: Handler, view: CommandView, question: Question): Part {
  if (typeof handler === 'function') return partForFunction(handler, view, question)
  if (handler instanceof Sequence) return partFor(handler.next(view.text, question), view, question)
  checkAnswer(handler, `"${view.text}" by the rule ${question.rule}`)
  if (handler instanceof Description) return withPid(handler.scenario(), handler.pid)
  if (handler instanceof ProcessResult) return { scenario: scenarioOfResult(handler) }
  if (handler instanceof Error) throw handler
  if (typeof handler === 'string') return { scenario: handler === '' ? [] : [{ write: 'out', data: handler }] }
  if (typeof handler === 'number') return { scenario: checkScenario([{ exit: handler }]) }
  return { scenario: isLines(handler) ? linesOf(handler) : checkScenario(handler) }
}

/**
 * Refuses what is no handler, when the rule is made.
 *
 * @throws BadRuleError that names the value; BadScenarioError for steps that no program could perform.
 */
export function checkHandler(handler: Handler, pattern: Pattern): void {
  if (!(handler instanceof Sequence)) checkAnswer(handler, describePattern(pattern))
}

function withPid(scenario: Scenario, pid: number | undefined): Part {
  return pid === undefined ? { scenario } : { scenario, pid }
}

function linesOf(lines: readonly string[]): Scenario {
  return lines.map((line) => ({ write: 'out', data: `${line}\n` }))
}

function scenarioOfResult(result: ProcessResult): Scenario {
  const { outcome } = result
  // Machines know more reasons than a description may give.
  if (outcome.kind === 'notStarted') return Object.freeze([{ failToStart: outcome.errno as StartFailure }])
  const signal = result.signal()
  const end: Step = signal ? { die: signal } : { exit: result.exitCode() ?? 0 }
  return checkScenario([...written('out', result.bytes()), ...written('err', result.errorBytes()), end])
}

function written(stream: 'out' | 'err', bytes: Uint8Array): Step[] {
  return bytes.length === 0 ? [] : [{ write: stream, data: dataOf(bytes) }]
}

// The function is called as the process that it answers for, so that it can read, write and wait.
function partForFunction(handler: (context: HandlerContext) => unknown, view: CommandView, question: Question): Part {
  const answer = (value: unknown): Part => {
    const part: Part = value === undefined ? { scenario: [] } : partFor(value as Handler, view, question)
    if (failureOf(part)) throw notThere(nameOf({ line: view.command }), part)
    return part
  }
  return {
    program(context) {
      const value = handler({ ...view, ...context })
      return value instanceof Promise ? value.then(answer) : answer(value)
    },
  }
}
