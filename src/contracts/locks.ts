/** Locks that run out by themselves. */
export interface Locks {
  /**
   * Takes a lock for `lease` milliseconds and gives the token that it is renewed and released with; `undefined` while
   * somebody else holds it. A lock whose lease has run out is free, whoever had it.
   */
  acquire(lock: string, lease: number): Promise<string | undefined>
  /** Holds a lock for so many milliseconds from now on. `false` when it is not held with this token any more. */
  renew(lock: string, token: string, lease: number): Promise<boolean>
  /** Frees a lock. `false`, and nothing is changed, when it is not held with this token any more. */
  release(lock: string, token: string): Promise<boolean>
}
