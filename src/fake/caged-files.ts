import type { Files } from '../contracts/files.ts'
import type { Cage } from './cage.ts'
import type { MemoryFiles } from './memory-files.ts'

/** The disk as a program in a cage sees it: what it may not write is refused, as its machine would. */
export function cagedFiles(files: MemoryFiles, cage: Cage, cwd: string): Files {
  const check = async (path: string, size = 0): Promise<void> => cage.checkFile(path, size, cwd)
  return {
    read: (path) => files.read(path),
    readText: (path) => files.readText(path),
    stat: (path, options) => files.stat(path, options),
    list: (folder) => files.list(folder),
    async write(path, data, options) {
      const before = options?.append ? ((await files.stat(path))?.size ?? 0) : 0
      await check(path, before + Buffer.byteLength(data))
      return files.write(path, data, options)
    },
    async append(path, options) {
      await check(path)
      const file = await files.append(path, options)
      const writeNow = (bytes: Uint8Array): number => {
        cage.checkFile(path, file.statNow().size + bytes.length, cwd)
        return file.writeNow(bytes)
      }
      return {
        write: async (bytes) => writeNow(bytes),
        writeNow,
        stat: () => file.stat(),
        close: () => file.close(),
      }
    },
    async compress(path, compressed) {
      await check(compressed)
      await files.compress(path, compressed)
      const { size = 0 } = (await files.stat(compressed)) ?? {}
      await check(compressed, size).catch(async (error) => {
        await files.remove(compressed)
        throw error
      })
    },
    makeFolder: (path) => check(path).then(() => files.makeFolder(path)),
    rename: (from, to) => Promise.all([check(from), check(to)]).then(() => files.rename(from, to)),
    remove: (path) => check(path).then(() => files.remove(path)),
  }
}
