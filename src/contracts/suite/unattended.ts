import assert from 'node:assert/strict'
import type { PendingProcess } from '../../pending-process.ts'
import type { ProcessResult } from '../../process-result.ts'
import type { Scenario } from '../scenario.ts'
import { actorCommand } from './actor-command.ts'
import { commandFor, type Stage, type Topic } from './harness.ts'

const BOTH: Scenario = [
  { write: 'out', data: 'ein Stück\n' },
  { write: 'err', data: 'und noch eins' },
  { write: 'out', data: 'zwei\r\ndrei' },
]

/** Processes of which only the end is wanted: a driver may know that at once, and nobody can tell. */
export const unattended: Topic = {
  name: 'unattended',
  cases(fact) {
    for (const [title, ending] of [
      ['that exits with 0', []],
      ['that exits with another code', [{ exit: 3 }]],
      ['whose code does not fit into a byte', [{ exit: 259 }]],
      ['that dies of a signal', [{ die: 'SIGKILL' }]],
      ['that takes a moment', [{ wait: 20 }, { write: 'out', data: 'later' }, { exit: 1 }]],
      ['that reads what is not there', [{ read: 'all' }, { exit: 2 }]],
    ] as readonly (readonly [string, Scenario])[]) {
      fact(`a process ${title} comes to the same end whether or not anybody listens`, (stage) =>
        sameEnd(stage, (pending) => pending, [...BOTH, ...ending]),
      )
    }

    for (const [title, change] of [
      ['of which the head is kept', (pending) => pending.maxOutput(4, { onOverflow: 'truncate' })],
      ['of which the tail is kept', (pending) => pending.maxOutput(4, { onOverflow: 'truncate', keep: 'tail' })],
      ['of which nothing is kept', (pending) => pending.quietly()],
      ['of another encoding', (pending) => pending.encoding('latin1')],
      ['that is redacted in messages', (pending) => pending.redact('noch')],
    ] as readonly (readonly [string, (pending: PendingProcess) => PendingProcess])[]) {
      fact(`output ${title} is the same whether or not anybody listens`, (stage) =>
        sameEnd(stage, change, [...BOTH, { exit: 3 }]),
      )
    }

    fact('output that is too much stops a process that nobody listens to', async (stage) => {
      const pending = stage.process.maxOutput(4).command(stage.actor(...BOTH))
      await assert.rejects(pending.run(), { code: 'ERR_PROCESS_OUTPUT_OVERFLOW' })
    })

    fact('a process that was over when it had been started is a process like any other', async (stage) => {
      const command = { ...commandFor(actorCommand([...BOTH, { exit: 3 }]), {}), unattended: true }
      const handle = await stage.driver.start(command)
      const chunks: Uint8Array[] = []
      const ended = new Promise<void>((resolve) => handle.stdout?.flow((bytes) => chunks.push(bytes), resolve))
      handle.stderr?.flow(
        () => {},
        () => {},
      )
      await stage.drive(Promise.all([ended, handle.exit]))
      assert.deepEqual(await handle.exit, { code: 3, signal: null })
      assert.equal(Buffer.concat(chunks).toString(), 'ein Stück\nzwei\r\ndrei')
      assert.deepEqual([handle.kill('SIGTERM', 'process'), await handle.survivors()], [false, []])
    })
  },
}

async function sameEnd(stage: Stage, change: (pending: PendingProcess) => PendingProcess, steps: Scenario) {
  const pending = change(stage.process.command(stage.actor(...steps)))
  const [alone, heard] = [await pending.run(), await pending.run(undefined, () => {})]
  assert.deepEqual(report(alone), report(heard))
}

function report(result: ProcessResult): unknown {
  const { outcome, droppedBytes, incomplete, survivors } = result
  const error = result.failed() ? thrownBy(result) : undefined
  return [outcome, result.output(), result.errorOutput(), result.bytes(), droppedBytes, incomplete, survivors, error]
}

function thrownBy(result: ProcessResult): string {
  try {
    return String(result.throw())
  } catch (error) {
    return String(error)
  }
}
