import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import type { Server } from 'node:net'
import { getPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { blocksOf, bytesOf, type Fact, type Reply, type Scenario, type Step } from '../contracts/scenario.ts'
import type { Signal } from '../contracts/signals.ts'
import { ActorInput, ActorOutput, fillStandardDescriptors } from './streams.ts'

// Once built, this file is part of another one, in a folder beside that of the actor.
const MAIN = fileURLToPath(new URL(`../actor/main${import.meta.url.slice(-3)}`, import.meta.url))
/** How often the share of a core is given back, in milliseconds. */
const BEAT = 50

const input = new ActorInput()
const outputs = { out: new ActorOutput(1), err: new ActorOutput(2) }
let held: Buffer | undefined
let burning: NodeJS.Timeout | undefined
/** What Node answers itself, so far. */
const mortal: Signal[] = ['SIGINT', 'SIGTERM']

for (const signal of ['SIGPIPE', 'SIGUSR1'] as const) restoreDefault(signal)

/** Performs the steps of a scenario, one after the other. Comes back when the list is at its end. */
export async function perform(scenario: Scenario): Promise<void> {
  for (const step of scenario) {
    if (!('wait' in step || 'hang' in step)) dieAtOnce()
    await performStep(step)
  }
}

async function performStep(step: Step): Promise<void> {
  if ('write' in step) for (const block of blocksOf(step.data, step.times)) await outputs[step.write].write(block)
  else if ('wait' in step) await new Promise((resolve) => setTimeout(resolve, step.wait))
  else if ('read' in step) await read(step.read)
  else if ('reply' in step) await reply(step.reply)
  else if ('echo' in step) await echo()
  else if ('on' in step) handle(step.on, step.do)
  else if ('use' in step) use(step.use)
  else if ('fork' in step) await fork(step.fork, step)
  else if ('file' in step) writeFileSync(step.file, bytesOf(step.data))
  else if ('listen' in step) await listen(step)
  else if ('tell' in step) await outputs.out.write(Buffer.from(`${fact(step.tell)}\n`))
  else if ('close' in step) step.close === 'in' ? input.close() : outputs[step.close].close()
  else await end(step)
}

async function end(step: Step): Promise<void> {
  if ('exit' in step) process.exit(step.exit)
  if ('die' in step) {
    restoreDefault(step.die)
    process.kill(process.pid, step.die)
  }
  await forever()
}

async function read(what: 'line' | 'all' | number): Promise<void> {
  if (what === 'line') await input.line()
  else if (what === 'all') await input.all()
  else await input.bytes(what)
}

async function reply(replies: readonly Reply[]): Promise<void> {
  for (let line = await input.line(); line; line = await input.line()) {
    const text = line.toString().replace(/\r?\n$/, '')
    const answer = replies.find(({ when }) => when === '*' || when === text)
    if (answer) await outputs.out.write(bytesOf(answer.write))
    if (answer?.last) return
  }
}

async function echo(): Promise<void> {
  for (let bytes = await input.next(); bytes; bytes = await input.next()) await outputs.out.write(bytes)
}

function handle(signal: Signal, reaction: 'ignore' | readonly Step[]): void {
  process.removeAllListeners(signal)
  process.on(signal, () => {
    if (reaction !== 'ignore') void perform(reaction)
  })
}

function use({ memory, cpu }: { memory?: number; cpu?: number }): void {
  // Filled with something other than zeros, so that every page of it is really there.
  if (memory !== undefined) held = Buffer.alloc(memory, 1)
  if (cpu !== undefined) {
    clearInterval(burning)
    burning = setInterval(() => burn(BEAT * Math.min(cpu, 1)), BEAT).unref()
  }
}

function burn(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until) held?.at(0)
}

async function listen({ listen: port, answer }: { listen: number; answer?: number }): Promise<void> {
  const { createServer } = await (answer === undefined ? import('node:net') : import('node:http'))
  const server = (createServer as () => Server)()
  if (answer !== undefined) server.on('request', (_, response: ServerResponse) => response.writeHead(answer).end())
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
  } catch (error) {
    await outputs.err.write(Buffer.from(`${error}\n`))
    process.exit(1)
  }
}

function fork(scenario: Scenario, options: { detached?: boolean; quiet?: boolean }): Promise<void> {
  const [out, err] = [outputs.out, outputs.err].map(({ closed }) => (closed || options.quiet ? 'ignore' : 'inherit'))
  fillStandardDescriptors()
  const child = spawn(process.execPath, [...process.execArgv, MAIN, JSON.stringify(scenario)], {
    stdio: ['ignore', out, err],
    detached: options.detached ?? false,
  })
  child.unref()
  return new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
}

function fact(what: Fact): string {
  switch (what) {
    case 'cwd':
      return process.cwd()
    case 'pid':
      return String(process.pid)
    case 'user':
      return String(process.getuid?.() ?? '')
    case 'group':
      return String(process.getgid?.() ?? '')
    case 'groups':
      return (process.getgroups?.() ?? []).join(' ')
    case 'nice':
      return String(getPriority())
    case 'umask':
      return String(process.umask())
    default:
      return process.env[what.slice('env:'.length)] ?? ''
  }
}

/**
 * Node's own answer to INT and TERM is to die a little later, of the same signal: other programs die at once. A signal that
 * comes while its listener is taken away is lost, so this is not done to a program that only waits: nobody sees it go on.
 */
function dieAtOnce(): void {
  for (const signal of mortal.splice(0)) restoreDefault(signal)
}

/** Takes away what Node itself does about a signal: the last listener to go leaves the system's default behind. */
function restoreDefault(signal: Signal): void {
  const listener = (): void => {}
  try {
    process.on(signal, listener)
    process.removeAllListeners(signal)
  } catch {
    // KILL and STOP cannot be listened to, and always do what they do.
  }
}

function forever(): Promise<never> {
  return new Promise(() => setInterval(() => {}, 2 ** 30))
}
