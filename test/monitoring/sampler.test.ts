import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { VirtualClock } from '../../src/fake/virtual-clock.ts'
import type { ProcessSample, ProcessTable } from '../../src/index.ts'
import { type Sample, Samples } from '../../src/monitoring/sample.ts'
import { Sampler } from '../../src/monitoring/sampler.ts'

type Answer = Awaited<ReturnType<ProcessTable['sample']>>

/** A machine that answers as it is told, with processes that use one half of a core from the start of time. */
class Bench {
  readonly clock = new VirtualClock({ time: 'manual' })
  /** The moment and the pids of every look. */
  readonly looks: [number, readonly number[]][] = []
  readonly held = new Map<number, number>()
  /** What is different about a pid. */
  readonly different = new Map<number, Partial<ProcessSample> | 'gone' | 'EMFILE'>()
  answers: (answer: Answer) => Promise<Answer> = (answer) => Promise.resolve(answer)

  readonly processes: ProcessTable = {
    sample: (pids: readonly number[]) => {
      this.looks.push([this.clock.monotonic(), pids])
      return this.answers(new Map(pids.flatMap((pid) => this.#answer(pid))))
    },
    hold: (pid: number) => {
      this.held.set(pid, (this.held.get(pid) ?? 0) + 1)
      return () => this.held.set(pid, (this.held.get(pid) ?? 0) - 1)
    },
  } as Partial<ProcessTable> as ProcessTable
  readonly sampler = new Sampler(this)

  /** Everything that is heard of a pid, as text. */
  watch(pid: number, every = 1000): { heard: string[]; samples: Sample[]; stop: () => void } {
    const heard: string[] = []
    const samples: Sample[] = []
    const note = (what: string) => heard.push(`${this.clock.monotonic()}: ${what}`)
    const onSample = (sample: Sample) => {
      samples.push(sample)
      note(`cpu ${sample.cpu}`)
    }
    const listener = { onSample, onMissing: note, onGone: () => note('gone') }
    return { heard, samples, stop: this.sampler.watch({ pid }, listener, { every }) }
  }

  get leftHeld(): number {
    return [...this.held.values()].reduce((sum, count) => sum + count, 0)
  }

  #answer(pid: number): [number, ProcessSample | { pid: number; errno: string }][] {
    const different = this.different.get(pid)
    if (different === 'gone') return []
    if (typeof different === 'string') return [[pid, { pid, errno: different }]]
    const at = this.clock.monotonic()
    const place = { pid, parent: 1, group: pid, session: pid, startedAt: 1, state: 'running' as const }
    return [[pid, { ...place, at, cpuTime: at / 2, memory: 1, threads: 1, uptime: at, ...different }]]
  }
}

describe('a sampler', () => {
  test('looks at once and then at equal steps, with a share of the core from the second time on', async () => {
    const bench = new Bench()
    const { heard, samples } = bench.watch(7)
    await bench.clock.advance(2000)
    assert.deepEqual(heard, ['0: cpu undefined', '1000: cpu 0.5', '2000: cpu 0.5'])
    assert.deepEqual(
      samples.map(({ nth, window, late }) => [nth, window, late]),
      [
        [1, undefined, 0],
        [2, 1000, 0],
        [3, 1000, 0],
      ],
    )
  })

  test('looks once for everybody, in one step for those that are sampled equally often', async () => {
    const bench = new Bench()
    bench.watch(1)
    bench.watch(2)
    bench.watch(2)
    await bench.clock.advance(400)
    bench.watch(3)
    bench.watch(4, 500)
    await bench.clock.advance(1600)
    assert.deepEqual(bench.looks, [
      [0, [1, 2]],
      [400, [3, 4]],
      [1000, [1, 2, 3, 4]],
      [1500, [4]],
      [2000, [1, 2, 3, 4]],
    ])
  })

  test('keeps the histories of two who look at one process apart', async () => {
    const bench = new Bench()
    const slow = bench.watch(7, 1000)
    const fast = bench.watch(7, 250)
    await bench.clock.advance(1000)
    assert.deepEqual(
      [slow.samples.map(({ window }) => window), fast.samples.map(({ window }) => window)],
      [
        [undefined, 1000],
        [undefined, 250, 250, 250, 250],
      ],
    )
  })

  test('tells once that a process is over, or that somebody else has its pid', async () => {
    for (const change of ['gone', { startedAt: 2 }, { state: 'zombie' }] as const) {
      const bench = new Bench()
      const { heard } = bench.watch(7)
      await bench.clock.advance(1000)
      bench.different.set(7, change)
      await bench.clock.advance(5000)
      assert.deepEqual(heard, ['0: cpu undefined', '1000: cpu 0.5', '2000: gone'])
      assert.deepEqual([bench.looks.length, bench.leftHeld, bench.clock.untilNext()], [3, 0, undefined])
    }
  })

  test('takes whoever has the pid of a process that is known to be over for another one', async () => {
    const bench = new Bench()
    const heard: string[] = []
    const listener = { onSample: () => heard.push('sample'), onGone: () => heard.push('gone') }
    bench.sampler.watch({ pid: 7, isOver: () => true }, listener, { every: 1000 })
    bench.sampler.watch({ pid: 7, startedAt: 99 }, listener, { every: 1000 })
    await bench.clock.advance(3000)
    assert.deepEqual(heard, ['gone', 'gone'])
  })

  test('says that a process could not be looked at, and goes on', async () => {
    const bench = new Bench()
    const { heard } = bench.watch(7)
    await bench.clock.advance(500)
    bench.different.set(7, 'EMFILE')
    await bench.clock.advance(1000)
    bench.different.delete(7)
    bench.answers = () => Promise.reject(Object.assign(new Error('on purpose'), { code: 'ENFILE' }))
    await bench.clock.advance(1000)
    bench.answers = (answer) => Promise.resolve(answer)
    await bench.clock.advance(1000)
    assert.deepEqual(heard, ['0: cpu undefined', '1000: EMFILE', '2000: ENFILE', '3000: cpu 0.5'])
  })

  test('makes up once for ticks that came late, and says by how much', async () => {
    const bench = new Bench()
    const { samples } = bench.watch(7)
    await bench.clock.advance(900)
    bench.clock.pass(3600)
    await bench.clock.advance(2000)
    assert.deepEqual(
      samples.map(({ at, late, cpu }) => [at, late, cpu]),
      [
        [0, 0, undefined],
        [4500, 3500, 0.5],
        [6000, 0, 0.5],
      ],
    )
  })

  test('does not look again before the last look has been answered, and drops what nobody waits for', async () => {
    const bench = new Bench()
    const { heard, stop } = bench.watch(7)
    await bench.clock.advance(500)
    let answer = () => {}
    bench.answers = (late) => new Promise((resolve) => (answer = () => resolve(late)))
    await bench.clock.advance(5000)
    assert.equal(bench.looks.length, 2)
    stop()
    answer()
    await bench.clock.advance(5000)
    assert.deepEqual([heard, bench.looks.length, bench.leftHeld], [['0: cpu undefined'], 2, 0])
  })

  test('leaves nothing behind once nobody listens any more', async () => {
    const bench = new Bench()
    const stops = [bench.watch(1).stop, bench.watch(2).stop]
    await bench.clock.advance(1500)
    for (const stop of [...stops, ...stops]) stop()
    assert.deepEqual([bench.clock.untilNext(), bench.leftHeld], [undefined, 0])
  })

  test('is one for each machine', () => {
    const [one, other] = [new Bench(), new Bench()]
    assert.equal(Sampler.of(one), Sampler.of(one))
    assert.notEqual(Sampler.of(one), Sampler.of(other))
  })
})

describe('the share of a core', () => {
  const raw = (at: number, cpuTime: number, startedAt = 1): ProcessSample => ({
    ...{ pid: 7, parent: 1, group: 7, session: 7, startedAt, state: 'running', memory: 1, threads: 1 },
    ...{ at, cpuTime, uptime: at },
  })

  test('is unknown at first, never 0, and unknown again when the counter goes back', () => {
    const samples = new Samples()
    const shares = [raw(0, 100), raw(1000, 100), raw(2000, 1100), raw(3000, 50), raw(4000, 150)].map(
      (sample) => samples.next(sample)?.cpu,
    )
    assert.deepEqual(shares, [undefined, 0, 1, undefined, 0.1])
  })

  test('is not measured over less than the steps in which the machine counts', () => {
    const samples = new Samples()
    const shares = [raw(0, 0), raw(20, 10), raw(49, 20), raw(100, 50)].map((sample) => samples.next(sample)?.cpu)
    assert.deepEqual(shares, [undefined, undefined, undefined, 0.5])
  })

  test('credits nothing of one process to another one with its pid', () => {
    const samples = new Samples()
    const seen = [raw(0, 0), raw(1000, 500), raw(2000, 600, 2), raw(3000, 900, 2)].map((sample) => samples.next(sample))
    assert.deepEqual(
      seen.map((sample) => [sample?.nth, sample?.cpu]),
      [
        [1, undefined],
        [2, 0.5],
        [1, undefined],
        [2, 0.3],
      ],
    )
  })
})
