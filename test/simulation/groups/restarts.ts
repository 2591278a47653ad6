import type { Invariant, SimulatedWorld } from '../../../src/index.ts'
import type { Outcome } from '../../../src/outcome.ts'
import type { SupervisionEvent } from '../../../src/supervision/supervision-events.ts'
import { memberOf, type SlotHistory, type Told } from './history.ts'
import { type Request, subjectOf } from './system.ts'
import { watching } from './watching.ts'

/** A restart that is to come, and how much had happened when that was said. */
interface Coming {
  readonly news: Extract<SupervisionEvent, { readonly type: 'restarting' }>
  readonly index: number
}

/** I6 to I11: when, how often and after how long something is started again, and when it is not. */
export const restarts: readonly Invariant[] = [
  watching('I6 I7 restarts within any window stay within the limit, and none is refused below it', ({ world }) => {
    const counted = new Map<SlotHistory, number[]>()
    // Whether a restart counts that somebody has asked for meanwhile cannot be told from here.
    const unclear = new Map<SlotHistory, number[]>()
    const pending = new Map<SlotHistory, Coming>()
    return {
      onNews({ slot, news }) {
        const moments = counted.get(slot) ?? []
        const others = unclear.get(slot) ?? []
        counted.set(slot, moments)
        unclear.set(slot, others)
        if (news.type === 'restarting') pending.set(slot, { news, index: world.events.length })
        if (news.type === 'stopped') pending.delete(slot)
        if (news.type === 'starting') {
          const coming = pending.get(slot)
          pending.delete(slot)
          if (coming) (wasAsked(world, slot, coming.index) ? others : moments).push(news.at)
        }
        const { window, maxRestarts } = slot.plan
        if (news.type === 'starting') {
          const recent = moments.filter((at) => at > news.at - window).length
          return recent <= maxRestarts || `${slot.name} was started again ${recent} times within ${window} ms`
        }
        if (news.type === 'failed' && news.rule === 'maxRestarts') {
          const recent = [...moments, ...others].filter((at) => at >= news.at - window).length
          return recent >= maxRestarts || `${slot.name} was given up after ${recent} restarts of ${maxRestarts}`
        }
        return true
      },
    }
  }),

  watching('I6 what was given up stays so, until somebody asks or its rest is over', ({ world }) => {
    const failed = new Map<SlotHistory, { readonly at: number; readonly index: number }>()
    const rested = new Set<SlotHistory>()
    return {
      onNews({ slot, news }) {
        if (news.type === 'failed') {
          failed.set(slot, { at: news.at, index: world.events.length })
          rested.delete(slot)
          return news.reason !== '' || `${slot.name} does not say why it was given up`
        }
        const since = failed.get(slot)
        if (since === undefined) return true
        if (news.type === 'restarting') {
          if (news.cause !== 'cooldown') return `${slot.name} comes back because of ${news.cause}`
          const { cooldown = Number.POSITIVE_INFINITY } = slot.plan
          if (news.at < since.at + cooldown) return `${slot.name} comes back after ${news.at - since.at} ms`
          rested.add(slot)
        }
        if (news.type !== 'starting') return true
        failed.delete(slot)
        return rested.has(slot) || wasAsked(world, slot, since.index) || `${slot.name} is started after it was given up`
      },
    }
  }),

  watching('I8 the pause before a restart grows as declared, and begins anew only after health', () => {
    const attempts = new Map<SlotHistory, number>()
    const readyAt = new Map<SlotHistory, number>()
    const endedAt = new Map<SlotHistory, number>()
    return {
      onNews({ slot, news }) {
        const { first, factor, cap, jitter } = slot.plan.backoff
        if (news.type === 'starting') {
          readyAt.delete(slot)
          endedAt.delete(slot)
        }
        if (news.type === 'ready') readyAt.set(slot, news.at)
        if ((news.type === 'exited' || news.type === 'stopping') && !endedAt.has(slot)) endedAt.set(slot, news.at)
        const health = (endedAt.get(slot) ?? 0) - (readyAt.get(slot) ?? Number.POSITIVE_INFINITY)
        const isHealthy = health >= slot.plan.healthyAfter
        if (isHealthy && (news.type === 'failed' || news.type === 'done')) attempts.set(slot, 0)
        if (news.type !== 'restarting' || news.cause === 'cooldown') return true
        const expected = isHealthy ? 1 : (attempts.get(slot) ?? 0) + 1
        attempts.set(slot, news.attempt)
        if (news.attempt !== expected) return `${slot.name} counts ${news.attempt} where it is restart ${expected}`
        const plain = Math.min(cap, first * factor ** (news.attempt - 1))
        const off = Math.abs(news.delay - plain)
        return (
          off <= plain * jitter + 1e-6 ||
          `${slot.name} waits ${news.delay} ms instead of ${plain} before restart ${news.attempt}`
        )
      },
    }
  }),

  watching('I8 the pause is kept', ({ world }) => {
    const pauses = new Map<SlotHistory, Coming>()
    return {
      onNews({ slot, news }) {
        if (news.type === 'restarting') pauses.set(slot, { news, index: world.events.length })
        if (news.type === 'stopped') pauses.delete(slot)
        const pause = pauses.get(slot)
        if (news.type !== 'starting' || !pause) return true
        pauses.delete(slot)
        const { at, delay } = pause.news
        if (wasAsked(world, slot, pause.index)) return true
        return news.at >= at + delay - 1e-6 || `${slot.name} paused ${news.at - at} ms of ${delay}`
      },
    }
  }),

  watching('I9 nothing is started after a stop, and what was told to stop is no crash', ({ world }) => {
    const told = new Map<SlotHistory, number>()
    return {
      onNews({ slot, news }) {
        if (news.type === 'starting' && subjectOf(world).wantsDown)
          return `${slot.name} is started while all is to be down`
        if (news.type === 'stopping' && news.because === 'stop') told.set(slot, news.incarnation)
        if (told.get(slot) !== news.incarnation) return true
        if (news.type === 'crash') return `${slot.name} is said to have crashed when it was stopped`
        return news.type !== 'restarting' || `${slot.name} is to come back after it was stopped`
      },
    }
  }),

  watching('I10 each trouble is told once, and one end leads to one restart', () => {
    const lives = new Map<SlotHistory, Set<string>>()
    return {
      onNews({ slot, news }) {
        const isOnce =
          ['crash', 'hang'].includes(news.type) || (news.type === 'restarting' && news.cause !== 'cooldown')
        // Who is never started again may be seen to hang, to go on, and to hang again.
        if (!isOnce || (news.type === 'hang' && slot.plan.restart === 'never')) return true
        const key = `${news.incarnation} ${news.type}`
        const seen = lives.get(slot) ?? new Set()
        lives.set(slot, seen)
        if (seen.has(key)) return `${slot.name} twice: ${key}`
        seen.add(key)
        return true
      },
    }
  }),

  watching('I11 a success is the same everywhere, and is not repaired', () => {
    const outcomes = new Map<SlotHistory, Outcome>()
    return {
      onNews({ slot, news }: Told) {
        if (news.type === 'exited') {
          outcomes.set(slot, news.outcome)
          return !succeeded(slot, news.outcome) || news.expected || `${slot.name} ended with success, unexpectedly`
        }
        if (news.type === 'crash') return !succeeded(slot, news.outcome) || `${slot.name} crashed with success`
        if (news.type !== 'restarting' || news.cause === 'cooldown') return true
        if (slot.plan.restart === 'never') return `${slot.name} is never to be started again`
        if (slot.plan.restart === 'always' || !['exit', 'crash'].includes(news.cause)) return true
        const outcome = outcomes.get(slot)
        return !(outcome && succeeded(slot, outcome)) || `${slot.name} comes back after a success`
      },
    }
  }),
]

/** Whether a way to end counts as success for a slot. */
export function succeeded({ plan }: SlotHistory, outcome: Outcome): boolean {
  return outcome.kind === 'exited' && plan.successCodes.includes(outcome.code)
}

/** Whether somebody has asked for a start that reaches a slot since so much had happened. */
function wasAsked(world: SimulatedWorld, slot: SlotHistory, index: number): boolean {
  return asksFor(world, slot).some(({ after = 0 }) => after >= index)
}

// Groups within others are asked by those.
function asksFor(world: SimulatedWorld, slot: SlotHistory): readonly Request[] {
  const { asked, plan } = subjectOf(world)
  const anyTime = { at: world.now, what: 'start', slot: slot.name, by: 0, after: Number.POSITIVE_INFINITY } as const
  if (slot.path !== plan.name) return [anyTime]
  return asked.filter(({ what, slot: about }) => {
    if (what === 'stop' || what === 'signal') return false
    return (what !== 'restartOne' && what !== 'restartTwice') || about === memberOf(slot.name)
  })
}
