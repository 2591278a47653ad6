/** The line with a number, up to 400 characters: which one it is can be told from any log. */
export function lineOf(number: number): string {
  return `${number} ${'.'.repeat((number * 7919) % 400)}`
}
