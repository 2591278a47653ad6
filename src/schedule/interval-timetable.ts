import type { Timetable } from './timetable.ts'

/** Due again and again after the same time, whatever the calendar says. */
export class IntervalTimetable implements Timetable {
  readonly text: string
  readonly follows = 'elapsed'
  readonly #interval: number

  constructor(interval: number) {
    this.text = `every ${interval} ms`
    this.#interval = interval
  }

  next(after: number): number {
    return after + this.#interval
  }
}
