import { isUtf8 } from 'node:buffer'
import { dirname } from 'node:path'
import { BadRecordingError, RecordingNotSavedError } from './errors.ts'

// Node has this loaded; an import would make a module of it first, which takes time also where nothing is recorded.
const {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} = process.getBuiltinModule('node:fs')

/** Bytes of the largest recording that is read or written: 64 MiB. */
export const LARGEST: number = 64 * 1024 ** 2

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants

/**
 * The text of a recording, or `undefined` when there is no such file. Follows no symbolic link.
 *
 * @throws BadRecordingError when it is no file, too large, or not UTF-8.
 */
export function readCassetteText(file: string): string | undefined {
  const descriptor = open(file)
  if (descriptor === undefined) return undefined
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) throw new BadRecordingError({ file }, 'it is not a file')
    if (stat.size > LARGEST) throw new BadRecordingError({ file }, `its ${stat.size} bytes are more than ${LARGEST}`)
    return textOf(readFileSync(descriptor), file)
  } finally {
    closeSync(descriptor)
  }
}

function open(file: string): number | undefined {
  try {
    return openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    const problem = code === 'ELOOP' ? 'it is a symbolic link, and none is followed' : String(code)
    throw new BadRecordingError({ file }, problem, { cause })
  }
}

function textOf(bytes: Buffer, file: string): string {
  if (isUtf8(bytes)) return bytes.toString()
  let line = 1
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start)
    if (!isUtf8(bytes.subarray(start, end < 0 ? bytes.length : end))) break
    start = end < 0 ? bytes.length : end + 1
  }
  throw new BadRecordingError({ file, line }, 'it is not UTF-8')
}

/**
 * Puts a recording in the place of the one that was read, whole or not at all, readable by its owner alone. `before` is
 * what was read.
 *
 * @throws RecordingNotSavedError; the file is as it was then.
 */
export function writeCassetteText(file: string, text: string, before: string | undefined): void {
  if (Buffer.byteLength(text) > LARGEST)
    throw new RecordingNotSavedError(file, `it would have more than ${LARGEST} bytes`)
  const beside = `${file}.tmp`
  let written = false
  try {
    makeFolder(dirname(file))
    refuseLink(file)
    // Made anew or not at all: two that write at the same time do not mix.
    const descriptor = openSync(beside, 'wx', 0o600)
    written = true
    fill(descriptor, text)
    if (readCassetteText(file) !== before)
      throw new RecordingNotSavedError(file, 'somebody else has changed it meanwhile')
    renameSync(beside, file)
    written = false
  } catch (cause) {
    throw cause instanceof RecordingNotSavedError
      ? cause
      : new RecordingNotSavedError(file, problemOf(cause, beside), { cause })
  } finally {
    if (written) rmSync(beside, { force: true })
  }
}

function fill(descriptor: number, text: string): void {
  try {
    writeFileSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

// Node's own recursive way never ends where the system takes no folder and says ENOENT, as in /proc.
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder)
}

function refuseLink(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new RecordingNotSavedError(file, 'it is a symbolic link, and none is followed')
}

function problemOf(cause: unknown, beside: string): string {
  const { code, message } = cause as NodeJS.ErrnoException
  return code === 'EEXIST' ? `"${beside}" is there: somebody else is writing, or was interrupted` : message
}
