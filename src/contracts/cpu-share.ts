/**
 * Turns two totals that grow, the processor time and the age of a process, into its share of a core since the previous
 * look; over its whole life at the first.
 */
export class CpuShare {
  #spent = 0
  #age = 0
  #share = 0

  /** Both in milliseconds. A second look at the same moment gives the same share again. */
  look(spent: number, age: number): number {
    // A process that is younger than before is another one with the same pid.
    if (age < this.#age) this.#spent = this.#age = 0
    if (age > this.#age) this.#share = (spent - this.#spent) / (age - this.#age)
    this.#spent = spent
    this.#age = age
    return this.#share
  }
}
