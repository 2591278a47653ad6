import { closeSync, constants, fstatSync, openSync, readFileSync, writeSync } from 'node:fs'

/** A descriptor of the caller's for a process to write to. */
export interface Held {
  write(bytes: Uint8Array): void
  /** The process is over, or will not write any more. */
  release(): void
}

/** What is written to by children that live, by the caller's descriptors. */
const held = new Map<number, HeldDescriptor>()

/**
 * Gives a process a descriptor of the caller's, as a start does: it leads to the same file whatever the caller does with its own,
 * and children that got the same one write to the file one after the other.
 */
export function hold(fd: number): Held {
  const known = held.get(fd)
  if (known?.isStillTheirs) return known.share()
  const own = new HeldDescriptor(fd)
  held.set(fd, own)
  return own
}

/** Whether a number is no descriptor that is open. */
export function isClosed(fd: number): boolean {
  return identityOf(fd) === undefined
}

class HeldDescriptor implements Held {
  readonly #fd: number
  readonly #identity: string | undefined
  /** Opened again, as Node cannot duplicate; absent where that is not to be had. */
  readonly #own: number | undefined
  /** Where the next byte goes; `null` where the file says that. */
  #position: number | null
  #users = 1

  constructor(fd: number) {
    this.#fd = fd
    this.#identity = identityOf(fd)
    const { flags, position } = openingOf(fd)
    this.#own = flags === undefined ? undefined : reopen(fd, flags)
    this.#position = position
  }

  get isStillTheirs(): boolean {
    return this.#identity !== undefined && identityOf(this.#fd) === this.#identity
  }

  share(): this {
    this.#users++
    return this
  }

  // As long as the caller has it, theirs is the one to write to: both go on where the other one stopped.
  write(bytes: Uint8Array): void {
    if (this.isStillTheirs) {
      writeAll(this.#fd, bytes, null)
      this.#position = openingOf(this.#fd).position
    } else if (this.#own !== undefined) {
      writeAll(this.#own, bytes, this.#position)
      if (this.#position !== null) this.#position += bytes.length
    }
  }

  release(): void {
    if (--this.#users > 0) return
    if (held.get(this.#fd) === this) held.delete(this.#fd)
    if (this.#own !== undefined) closeSync(this.#own)
  }
}

// A number that was closed may be another file's by now, or the same file's, opened otherwise.
function identityOf(fd: number): string | undefined {
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true })
    return `${dev} ${ino} ${openingOf(fd).flags}`
  } catch {
    return undefined
  }
}

/** How a file was opened, and where its next byte goes, as far as the system tells. */
function openingOf(fd: number): { readonly flags: number | undefined; readonly position: number | null } {
  const text = infoOf(fd)
  const [flags, position] = [/^flags:\s*(\d+)$/m, /^pos:\s*(\d+)$/m].map((line) => line.exec(text)?.[1])
  if (flags === undefined) return { flags: undefined, position: null }
  const number = Number.parseInt(flags, 8)
  const goesOn = (number & constants.O_APPEND) === 0 && fstatSync(fd).isFile()
  return { flags: number, position: goesOn ? Number(position) : null }
}

function infoOf(fd: number): string {
  try {
    return readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')
  } catch {
    return ''
  }
}

// Without waiting: the reader of a pipe may be gone by now.
function reopen(fd: number, flags: number): number | undefined {
  const kept = flags & (constants.O_WRONLY | constants.O_RDWR | constants.O_APPEND)
  try {
    return openSync(`/proc/self/fd/${fd}`, kept | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    return undefined
  }
}

// What fails here fails in the child, and is no error of its caller's.
function writeAll(fd: number, bytes: Uint8Array, position: number | null): void {
  try {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(fd, bytes, done, bytes.length - done, position === null ? null : position + done)
    }
  } catch {}
}
