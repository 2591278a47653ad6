import { type Random, seededRandom } from '../../src/contracts/random.ts'
import type { Expression } from './wall-clock.ts'

/** A field, and which values it means on a day of a month of so many days. */
interface Field {
  readonly text: string
  readonly means: (value: number, date: number, length: number) => boolean
}

const ANY: Field = { text: '*', means: () => true }
const MONTHS = ['', ...'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')]
const WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ')

/** Expressions of 5 fields, as a person may write them: steps, ranges, lists, names, last and nth days. */
export class RandomCron {
  readonly #random: Random

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  /** One of these, each as likely as the others. */
  of<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)] as T
  }

  between(least: number, most: number): number {
    return least + Math.floor(this.#random.next() * (most - least + 1))
  }

  expression(): Expression {
    const [minute, hour] = [this.#field(0, 59), this.#field(0, 23)]
    const month = this.of([ANY, ANY, this.#field(1, 12, MONTHS)])
    return this.#of(minute, hour, this.#dates(), month, this.#weekdays())
  }

  /** One that is limited to the day of a wall minute, by date or by weekday, and often to its hour. */
  expressionOn(wall: number): Expression {
    const at = new Date(wall * 60_000)
    const [date, weekday] = [this.#only(at.getUTCDate()), this.#only(at.getUTCDay(), WEEKDAYS)]
    const [dates, weekdays] = this.of([
      [date, ANY],
      [ANY, weekday],
      [date, this.#weekdays()],
      [this.#dates(), weekday],
    ] as const)
    const hour = this.of([ANY, this.#only(at.getUTCHours()), this.#field(0, 23)])
    const month = this.of([ANY, this.#only(at.getUTCMonth() + 1, MONTHS)])
    return this.#of(this.of([ANY, this.#field(0, 59)]), hour, dates, month, weekdays)
  }

  #of(minute: Field, hour: Field, dates: Field, month: Field, weekdays: Field): Expression {
    const either = dates !== ANY && weekdays !== ANY
    return {
      text: [minute, hour, dates, month, weekdays].map(({ text }) => text).join(' '),
      means: (wall) => {
        const date = new Date(wall * 60_000)
        const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
        const means = (field: Field, value: number) => field.means(value, date.getUTCDate(), length)
        if (!means(minute, date.getUTCMinutes()) || !means(hour, date.getUTCHours())) return false
        const [byDate, byDay] = [means(dates, date.getUTCDate()), means(weekdays, date.getUTCDay())]
        return means(month, date.getUTCMonth() + 1) && (either ? byDate || byDay : byDate && byDay)
      },
    }
  }

  #dates(): Field {
    const last: Field = { text: 'L', means: (value, _, length) => value === length }
    return this.of([ANY, ANY, ANY, this.#field(1, 28), last])
  }

  #weekdays(): Field {
    return this.of([ANY, ANY, ANY, this.#field(0, 6, WEEKDAYS), this.#weekdayOfMonth()])
  }

  #only(meant: number, names?: readonly string[]): Field {
    return { text: this.of([String(meant), names?.[meant] ?? String(meant)]), means: (value) => value === meant }
  }

  #field(least: number, most: number, names?: readonly string[]): Field {
    const [first, second] = [this.between(least, most - 1), this.between(least + 1, most)]
    const [from, to] = first < second ? [first, second] : [second, first + 1]
    const name = (value: number) => this.of([String(value), names?.[value] ?? String(value)])
    const step = this.between(2, Math.floor((most - least) / 2))
    const some = [from, to, this.between(least, most)].filter((value, at, all) => all.indexOf(value) === at)
    return this.of<Field>([
      ANY,
      { text: `*/${step}`, means: (value) => (value - least) % step === 0 },
      { text: name(from), means: (value) => value === from },
      { text: `${name(from)}-${name(to)}`.toUpperCase(), means: (value) => value >= from && value <= to },
      { text: some.map(name).join(','), means: (value) => some.includes(value) },
    ])
  }

  #weekdayOfMonth(): Field {
    const [weekday, nth] = [this.between(0, 6), this.between(1, 5)]
    return this.of<Field>([
      { text: `${weekday}#${nth}`, means: (value, date) => value === weekday && Math.ceil(date / 7) === nth },
      { text: `${weekday}L`, means: (value, date, length) => value === weekday && date > length - 7 },
    ])
  }
}
