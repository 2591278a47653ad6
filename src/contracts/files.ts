/** What kind of thing a path names, how big it is and when it last changed. */
export interface FileStat {
  readonly kind: 'file' | 'folder' | 'other'
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number
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
  /** What is at the path, or `undefined` when there is nothing. */
  stat(path: string): Promise<FileStat | undefined>
  /** The names in a folder, sorted. */
  list(folder: string): Promise<readonly string[]>
  /** Makes a folder and those around it. One that exists already is no error. */
  makeFolder(path: string): Promise<void>
  /** Moves a file or folder, replacing a file that is in its way. */
  rename(from: string, to: string): Promise<void>
  /** Removes a file, or a folder with all that is in it. A path with nothing there is no error. */
  remove(path: string): Promise<void>
}
