import type { Invariant } from './invariant.ts'
import type { SimulatedWorld } from './simulated-world.ts'

/** What holds for any code that handles processes. */
export const MACHINE_INVARIANTS: readonly Invariant[] = [
  {
    name: 'no signal to a process that is gone',
    watch: (world) => ({
      onEvent(event) {
        if (event.type !== 'signalled' || event.by === 'handle') return true
        if (event.serial === undefined) return formerOwner(world, event.target, event.signal)
        const { origin } = world.process(event.serial) ?? {}
        return origin !== 'stranger' || `${event.signal} hit a stranger that got the pid ${Math.abs(event.target)}`
      },
    }),
  },
  {
    name: 'nothing outlives an orderly end',
    watch: (world) => ({
      onEnded() {
        const left = world.family()
        return (
          left.length === 0 || `still there: ${left.map(({ command, pid }) => `${command} (pid ${pid})`).join(', ')}`
        )
      },
    }),
  },
]

function formerOwner(world: SimulatedWorld, target: number, signal: string): true | string {
  const owner = world.processes.find(({ pid }) => pid === Math.abs(target))
  if (!owner) return true
  return `${signal} went to ${target}, which was ${owner.command} until it was gone: by now it could be anybody's`
}
