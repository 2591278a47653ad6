import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Driver } from '../../src/index.ts'
import { LoggedDriver } from '../../src/layers/logged.ts'
import { Logbook } from '../../src/logging/logbook.ts'
import { type LoggingOptions, plainLogging, settle } from '../../src/logging/options.ts'

/** A driver around a driver, that logs all that runs there to a file of its own disk. */
export function logged(inner: Driver, options: LoggingOptions = {}): Driver {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-logged-'))
  const logging = settle(plainLogging, { file: join(folder, 'all.log'), level: 'trace', ...options })
  const book = new Logbook(
    inner,
    () => logging,
    () => {},
  )
  return new LoggedDriver(inner, {
    stages: logging.stages,
    signals: [],
    wants: ({ notes }) => notes?.log !== false,
    open: async (command) => {
      await inner.files.makeFolder(folder)
      return book.open(command)
    },
    openNow: (command) => book.openNow(command),
    async close() {
      await book.close()
      rmSync(folder, { recursive: true, force: true })
    },
  })
}
