import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UsageError } from './usage.ts'

/**
 * What a file of the user exports. `what` says what it is wanted for, `hint` what to do when there is none.
 *
 * @throws UsageError for one that is not there, or that is an ES module where its package.json says it is none. Whatever else it
 *   throws is its own.
 */
export async function importOwn(file: string, what: string, hint = ''): Promise<Readonly<Record<string, unknown>>> {
  const path = resolve(file)
  try {
    return await import(pathToFileURL(path).href)
  } catch (error) {
    const isMissing = (error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND' && String(error).includes(path)
    if (isMissing) throw new UsageError(`Cannot ${what}: there is no ${file}${hint}`)
    throw isTakenForCommonJs(error) ? new UsageError(`Cannot ${what}: ${remedyFor(file)}`) : error
  }
}

// `npm init` writes "commonjs" into each new package.json.
function isTakenForCommonJs(error: unknown): boolean {
  const isSyntax = error instanceof SyntaxError
  return isSyntax && /Cannot use import statement outside a module|Unexpected token 'export'/.test(error.message)
}

function remedyFor(file: string): string {
  const extension = extname(file)
  const renamed = `${file.slice(0, -extension.length)}.m${extension.slice(1)}`
  return `${file} is written as an ES module, and its package.json says "type": "commonjs". Call it ${renamed}, or set "type": "module"`
}
