/** What a shell says of a program that died of PIPE, which Node does not. */
const BROKEN_PIPE = 141

let goesOn = false

/** Ends this program, without a word, once nobody reads what it prints. */
export function endWhenUnread(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (goesOn) return
    if (error.code === 'EPIPE') process.exit(BROKEN_PIPE)
    process.stderr.write(`Cannot print: ${error.message}\n`)
    process.exit(1)
  })
  // Whoever does not hear complaints gets the rest all the same.
  process.stderr.on('error', () => {})
}

/** From now on there is something to look after, read or not. */
export function goOnUnread(): void {
  goesOn = true
}
