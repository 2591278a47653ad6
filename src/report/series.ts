import type { Curve, Density } from './timeline.ts'

/** As many pieces of time as can be told apart in a bar. */
const BUCKETS = 240
/** As many points as a curve is drawn with. */
const POINTS = 480

/** Counts what is written, however much of it there is: when it lasts long, the pieces of time grow. */
export class DensityLog {
  #step = 1
  #buckets = new Map<number, { out: number; err: number }>()

  /** @param after milliseconds since the beginning of the process. */
  add(after: number, stream: 'out' | 'err', bytes: number): void {
    const at = Math.max(0, after)
    while (at / this.#step >= BUCKETS) this.#widen()
    this.#bucket(Math.floor(at / this.#step))[stream] += bytes
  }

  get density(): Density {
    const buckets = [...this.#buckets].toSorted(([a], [b]) => a - b)
    return { step: this.#step, buckets: buckets.map(([index, { out, err }]) => [index, out, err] as const) }
  }

  #widen(): void {
    const before = this.#buckets
    this.#step *= 2
    this.#buckets = new Map()
    for (const [index, { out, err }] of before) {
      const bucket = this.#bucket(index >> 1)
      bucket.out += out
      bucket.err += err
    }
  }

  #bucket(index: number): { out: number; err: number } {
    const bucket = this.#buckets.get(index) ?? { out: 0, err: 0 }
    this.#buckets.set(index, bucket)
    return bucket
  }
}

/** Keeps values over time, however many there are: of two neighbours the greater one stays when there are too many. */
export class CurveLog {
  #points: (readonly [at: number, value: number])[] = []
  #each = 1
  #pending: (readonly [at: number, value: number])[] = []

  add(at: number, value: number): void {
    this.#pending.push([at, value])
    if (this.#pending.length < this.#each) return
    this.#points.push(greatest(this.#pending))
    this.#pending = []
    if (this.#points.length >= POINTS) this.#thin()
  }

  get curve(): Curve {
    return this.#pending.length > 0 ? [...this.#points, greatest(this.#pending)] : [...this.#points]
  }

  #thin(): void {
    const pairs: (readonly [number, number])[] = []
    for (let index = 0; index < this.#points.length; index += 2)
      pairs.push(greatest(this.#points.slice(index, index + 2)))
    this.#points = pairs
    this.#each *= 2
  }
}

function greatest(points: readonly (readonly [at: number, value: number])[]): readonly [at: number, value: number] {
  return points.reduce((a, b) => (b[1] > a[1] ? b : a))
}
