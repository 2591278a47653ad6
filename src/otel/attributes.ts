import { posix, win32 } from 'node:path'
import type { Attributes } from '@opentelemetry/api'
import type { ProcessEventMap } from '../events/event-map.ts'

/** An event that tells which command it is about. */
type About = Pick<ProcessEventMap['beforeStart'], 'command' | 'path' | 'name'>
/** An event that tells how an attempt ended. */
type End = Pick<ProcessEventMap['failed'], 'result' | 'error' | 'process' | 'pid'>

/**
 * What the semantic conventions for the callers of programs want to be known of a command. Its arguments may hold secrets, so
 * they are left out unless they are asked for.
 */
export function attributesOf({ command, path }: About, withArguments: boolean): Attributes {
  const words = typeof command === 'string' ? [...shell(), command] : command
  return {
    'process.executable.name': baseName(words[0] as string),
    ...(withArguments && { 'process.command_args': [...words] }),
    ...(path !== undefined && { 'process.working_directory': path }),
  }
}

/** The name of a span: that which the command was given, or that of its program. */
export function nameOf(event: About): string {
  return event.name ?? String(attributesOf(event, false)['process.executable.name'])
}

/** How it ended: the exit code as a shell gives it, and a word for what went wrong, if something did. */
export function endOf(end: End): Attributes {
  const code = end.pid === undefined ? undefined : end.result?.exitCode()
  const kind = errorTypeOf(end)
  return {
    ...(typeof code === 'number' && { 'process.exit.code': code }),
    ...(kind !== undefined && { 'error.type': kind }),
  }
}

/** The errno of a start, the code of an error, the signal it died of, or its exit code; `undefined` for success. */
export function errorTypeOf({ result, error }: End): string | undefined {
  const { errno, code } = (error ?? {}) as { readonly errno?: unknown; readonly code?: unknown }
  for (const word of [errno, code]) if (typeof word === 'string') return word
  if (error !== undefined) return error instanceof Error ? error.name : '_OTHER'
  if (result?.successful()) return undefined
  return result?.signal() ?? String(result?.exitCode() ?? '_OTHER')
}

function shell(): readonly string[] {
  return process.platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c'] : ['/bin/sh', '-c']
}

function baseName(program: string): string {
  return process.platform === 'win32' ? win32.basename(program) : posix.basename(program)
}
