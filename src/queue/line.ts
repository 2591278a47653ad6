import { Heap } from '../heap.ts'
import type { HeldJob } from './held-job.ts'

/** A place in the line. It means nothing once its job has got another moment, or is gone. */
interface Place {
  readonly job: HeldJob
  readonly moment: number
}

/** Who is next: jobs that are due, by queue, and the moments at which others will be. */
export class Line {
  readonly #due = new Map<string, Heap<Place>>()
  readonly #coming = new Heap<Place>((a, b) => a.moment < b.moment || (a.moment === b.moment && isOlder(a, b)))

  /** Puts a job where its moment says: it waits to be due, or for its lease to run out. */
  put(job: HeldJob): void {
    this.#coming.push({ job, moment: job.moment })
  }

  /** The jobs whose moment has come by now, once each. */
  *arrivals(elapsed: number): Generator<HeldJob> {
    for (let place = this.#coming.peek(); place && place.moment <= elapsed; place = this.#coming.peek()) {
      this.#coming.pop()
      if (isTrue(place)) yield place.job
    }
  }

  /** Puts a job at the end of those that are due. */
  enter(job: HeldJob): void {
    const { queue } = job.record
    const due = this.#due.get(queue) ?? new Heap<Place>(goesBefore)
    this.#due.set(queue, due)
    due.push({ job, moment: job.moment })
  }

  /** Takes out whoever is next in a queue. */
  take(queue: string): HeldJob | undefined {
    const due = this.#due.get(queue)
    for (let place = due?.pop(); place; place = due?.pop()) {
      if (isTrue(place) && place.job.record.state === 'waiting') return place.job
    }
    return undefined
  }

  /** The next moment that may change anything. */
  get next(): number | undefined {
    for (let place = this.#coming.peek(); place; place = this.#coming.peek()) {
      if (isTrue(place)) return place.moment
      this.#coming.pop()
    }
    return undefined
  }
}

function isTrue({ job, moment }: Place): boolean {
  return job.moment === moment && (job.record.state === 'waiting' || job.record.state === 'active')
}

function goesBefore(a: Place, b: Place): boolean {
  const [first, second] = [a.job.record.priority, b.job.record.priority]
  if (first !== second) return first > second
  return a.moment !== b.moment ? a.moment < b.moment : isOlder(a, b)
}

function isOlder(a: Place, b: Place): boolean {
  return a.job.order < b.job.order
}
