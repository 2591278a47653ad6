import type { Invariant } from '../../../src/index.ts'
import type { SlotState } from '../../../src/supervision/slot-states.ts'
import type { SlotStatus } from '../../../src/supervision/status.ts'
import { memberOf } from './history.ts'
import type { GroupPlan, SlotPlan } from './plan.ts'
import { slotsOf, subjectOf } from './system.ts'
import { watching } from './watching.ts'

const SETTLED: readonly SlotState[] = ['ready', 'done', 'failed', 'stuck', 'skipped']

/** I17, I25 and I26: what is shown is true, bad listeners change nothing, and all comes to rest. */
export const observation: readonly Invariant[] = [
  watching('I17 what is shown as running is there', ({ world }) => {
    let seen = 0
    return {
      onQuiet() {
        if (world.events.length === seen) return true
        seen = world.events.length
        for (const { path } of slotsOf(subjectOf(world).plan)) {
          for (const { name, state, pid } of subjectOf(world).groups.get(path)?.status() ?? []) {
            if (pid === undefined) {
              if (state === 'ready' && name !== 'inner') return `${name} is ready without a process`
              continue
            }
            const owner = world.processes.findLast((one) => one.pid === pid)
            if (owner?.state === 'reaped' || !owner?.command.endsWith(` ${name.replace('#', '-')}`))
              return `${name} shows the pid ${pid} of ${owner?.command ?? 'nobody'}, which is ${owner?.state}`
          }
        }
        return true
      },
    }
  }),

  watching('I25 a listener that throws is reported each time', ({ world }) => {
    let said = 0
    let reported = 0
    return {
      onEvent(event) {
        if (event.type === 'supervised') count(event.event.type)
        return true
      },
      onNews({ news }) {
        count(news.type)
        return true
      },
      onEnded: () => !subjectOf(world).listenerThrows || said === reported || `${reported} of ${said} were reported`,
    }

    function count(type: string): void {
      if (type === 'callbackFailed') reported++
      else said++
    }
  }),

  watching('I26 after faults have ceased all is up that can be, and all else says why not', ({ world }) => ({
    onRecovered() {
      const { plan, groups, wantsDown } = subjectOf(world)
      if (wantsDown) return true
      for (const { path, slot, of } of slotsOf(plan)) {
        const status = groups.get(path)?.status() ?? []
        const isDown = status.every(({ state }) => state === 'idle' || state === 'stuck')
        const isUnsettled = (one: SlotPlan) => isRestless(one) || world.isBroken(`${one.program} ${one.name}`)
        if (isDown || startedAgainWith(of, plan).some(isUnsettled)) continue
        const rows = status.filter(({ name }) => name === slot.name)
        for (const { name, state, reason } of rows) {
          const isPatient = state === 'waiting' && waitsForWork(slot, { status, of })
          if (!SETTLED.includes(state) && !isPatient) return `${name} is still ${state}`
          if ((state === 'failed' || state === 'skipped') && !reason) return `${name} is ${state} and does not say why`
        }
      }
      return true
    },
  })),

  watching('only errors of its own are thrown', ({ world }) => ({
    onQuiet() {
      const [failure] = subjectOf(world).failures
      return failure === undefined || (failure instanceof Error ? String(failure.stack) : String(failure))
    },
  })),
]

/** Whether a member waits for somebody to be done who is still at it: a job that hangs, and that nobody was to look after. */
function waitsForWork(
  slot: SlotPlan,
  group: { readonly status: readonly SlotStatus[]; readonly of: GroupPlan },
): boolean {
  return Object.entries(slot.after).some(([name, condition]) => {
    const rows = group.status.filter((row) => memberOf(row.name) === name)
    const isDue = condition === 'done' || condition === 'succeeded'
    if (isDue && rows.some(({ state }) => state === 'ready' || state === 'running')) return true
    const other = group.of.slots.find((one) => one.name === name)
    return other !== undefined && rows.some(({ state }) => state === 'waiting') && waitsForWork(other, group)
  })
}

/** The members of a group, and those of groups around it that are started again together with it. */
function startedAgainWith(of: GroupPlan, plan: GroupPlan): readonly SlotPlan[] {
  if (plan === of || !plan.inner) return plan.slots
  const around = plan.strategy === 'one-for-one' ? [] : plan.slots
  return [...around, ...startedAgainWith(of, plan.inner)]
}

/** Whether a member never comes to rest, whatever becomes of it. */
function isRestless({ program, restart, cooldown }: SlotPlan): boolean {
  return program === 'flaky' || (program === 'job' && restart === 'always') || cooldown !== undefined
}
