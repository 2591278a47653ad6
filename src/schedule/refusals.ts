/** What is asked of a task, and says nothing about it. */
const QUESTIONS = ['constructor', 'isMeantBy', 'whyNot', 'around', 'canMail', 'onTimetable']

type Word = (...given: unknown[]) => unknown

/**
 * Lets `refused` hear of each task of which a word throws. There are many words in several classes, and each checks for itself what it
 * is given: so they are looked at from outside.
 */
export function hearRefusals<Task extends object>(
  type: { readonly prototype: Task },
  refused: (task: Task) => void,
): void {
  for (let words: object = type.prototype; words !== Object.prototype; words = Object.getPrototypeOf(words)) {
    for (const [name, { value, ...how }] of Object.entries(Object.getOwnPropertyDescriptors(words)))
      if (typeof value === 'function' && !QUESTIONS.includes(name))
        Object.defineProperty(words, name, { ...how, value: heard(value as Word, refused) })
  }
}

function heard<Task>(word: Word, refused: (task: Task) => void): (this: Task, ...given: unknown[]) => unknown {
  return function (...given) {
    try {
      return word.apply(this, given)
    } catch (error) {
      refused(this)
      throw error
    }
  }
}
