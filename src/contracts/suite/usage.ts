import assert from 'node:assert/strict'
import type { Scenario } from '../scenario.ts'
import type { Stage, Topic } from './harness.ts'
import { READY, ready, say, untilState } from './readiness.ts'

const IDLE: Scenario = [READY, { hang: true }]
const MEGABYTE = 1024 * 1024

/** What a process takes of the machine. Shares are compared, not claimed: others may be busy on it too. */
export const usage: Topic = {
  name: 'usage',
  cases(fact) {
    fact('a process uses at least the memory that it holds', async (stage) => {
      const steps: Scenario = [READY, { read: 'line' }, { use: { memory: 64 * MEGABYTE } }, { tell: 'pid' }]
      const { handle, output } = await ready(stage, [...steps, { hang: true }], { stdin: 'pipe' })
      const before = await memory(stage, handle.pid)
      await say(stage, handle)
      await stage.until(() => output().endsWith(`${handle.pid}\n`))
      const after = await memory(stage, handle.pid)
      // What a program holds for itself may shrink meanwhile.
      assert(after >= 64 * MEGABYTE && after - before > 48 * MEGABYTE, `it grew from ${before} to ${after} bytes`)
    })

    fact('the uptime of a process grows with time', async (stage) => {
      const { pid } = (await ready(stage, IDLE)).handle
      const before = await uptime(stage, pid)
      await stage.sleep(60)
      const grown = (await uptime(stage, pid)) - before
      // The machine counts in steps of 10 ms.
      assert(grown >= 50 && grown < 5000, `it grew by ${grown} ms`)
    })

    fact('a busy process has a far greater share of a core than an idle one', async (stage) => {
      const [busy, idle] = await Promise.all([ready(stage, [{ use: { cpu: 1 } }, ...IDLE]), ready(stage, IDLE)])
      const [busyPid, idlePid] = [busy.handle.pid, idle.handle.pid]
      await Promise.all([share(stage, busyPid), share(stage, idlePid)])
      await stage.sleep(200)
      const [most, least] = await Promise.all([share(stage, busyPid), share(stage, idlePid)])
      assert(most > 2 * least && most < 2, `the shares are ${most} and ${least}`)
    })

    fact('the share of a core is that since the previous look', async (stage) => {
      const steps: Scenario = [{ use: { cpu: 1 } }, READY, { read: 'line' }, { use: { cpu: 0 } }, { tell: 'pid' }]
      const { handle, output } = await ready(stage, [...steps, { hang: true }], { stdin: 'pipe' })
      await share(stage, handle.pid)
      await stage.sleep(200)
      await say(stage, handle)
      await stage.until(() => output().endsWith(`${handle.pid}\n`))
      const busy = await share(stage, handle.pid)
      await stage.sleep(100)
      const idle = await share(stage, handle.pid)
      assert(busy > 2 * idle, `the shares are ${busy} and ${idle}`)
    })

    fact('the first look at a process gives its share over its whole life', async (stage) => {
      const { pid } = (await ready(stage, [{ use: { cpu: 1 } }, ...IDLE])).handle
      await stage.sleep(100)
      const first = await share(stage, pid)
      assert(first > 0, `the share is ${first}`)
    })

    fact('a stopped process gets no processor time', async (stage) => {
      const { pid } = (await ready(stage, [{ use: { cpu: 1 } }, ...IDLE])).handle
      stage.driver.processes.signal(pid, 'SIGSTOP')
      await untilState(stage, pid, 'stopped')
      await share(stage, pid)
      await stage.sleep(100)
      const frozen = await share(stage, pid)
      assert(frozen < 0.05, `the share is ${frozen}`)
    })
  },
}

async function share(stage: Stage, pid: number): Promise<number> {
  return (await stage.driver.processes.usage(pid))?.cpu ?? Number.NaN
}

async function memory(stage: Stage, pid: number): Promise<number> {
  return (await stage.driver.processes.usage(pid))?.memory ?? Number.NaN
}

async function uptime(stage: Stage, pid: number): Promise<number> {
  return (await stage.driver.processes.usage(pid))?.uptime ?? Number.NaN
}
