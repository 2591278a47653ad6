/** What kind of thing a path names, how big it is, when it last changed, and which one it is. */
export interface FileStat {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number
  /** Tells it from all others that are there, wherever it is moved. */
  readonly id: string
  /** How many names it has: 0 for one that was removed while somebody has it open. */
  readonly links: number
  /** Who may do what, as in chmod(1): the last nine bits. */
  readonly mode: number
}

/** A file that is open to be added to. It stays the same one wherever it is moved. */
export interface AppendFile {
  /**
   * Adds to the end, wherever that is by now. Gives back how many bytes went in: fewer than given where the disk is nearly
   * full. Whoever waits for one write before the next one finds their bytes in that order.
   */
  write(bytes: Uint8Array): Promise<number>
  /** The same within the call, after what is being written. */
  writeNow(bytes: Uint8Array): number
  /** What there is to know of it now. */
  stat(): Promise<FileStat>
  /** Frees it, when all that was given to it is written. */
  close(): Promise<void>
}

/**
 * The files that processes of a driver see: the disk, or the rehearsal's own in memory. Every failure rejects with an
 * error whose `code` is the system's (`ENOENT`, `EACCES`, `ENOTDIR`…), the same on both.
 */
export interface Files {
  /** The whole content. */
  read(path: string): Promise<Uint8Array>
  /** The whole content as UTF-8. */
  readText(path: string): Promise<string>
  /** Replaces the content, or adds to its end. Never creates the folder around it. */
  write(path: string, data: string | Uint8Array, options?: { append?: boolean; mode?: number }): Promise<void>
  /**
   * Opens a file to add to its end, and makes it when there is none, with `mode` (less what the umask takes away). It is that
   * very file or none: a symbolic link is refused (`ELOOP`), and nobody waits for the other end of a pipe (`ENXIO`).
   */
  append(path: string, options?: { mode?: number }): Promise<AppendFile>
  /**
   * Adds to a file that nobody has opened yet, within the call, with the same refusals; one that has other names is refused, too
   * (`EMLINK`). Gives back how many bytes went in. Absent where everything that is in these files ends with the program.
   */
  appendNow?(path: string, bytes: Uint8Array, options?: { mode?: number }): number
  /** Writes what is in a file to a new one, compressed as by gzip(1), with the same mode. */
  compress(path: string, compressed: string): Promise<void>
  /** What is at the path, or `undefined` when there is nothing. A symbolic link is followed unless `follow` is false. */
  stat(path: string, options?: { follow?: boolean }): Promise<FileStat | undefined>
  /** The names in a folder, sorted. */
  list(folder: string): Promise<readonly string[]>
  /** Makes a folder and those around it. One that exists already is no error. */
  makeFolder(path: string): Promise<void>
  /** Moves a file or folder, replacing a file that is in its way. */
  rename(from: string, to: string): Promise<void>
  /** Removes a file, or a folder with all that is in it. A path with nothing there is no error. */
  remove(path: string): Promise<void>
}
