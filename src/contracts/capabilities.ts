/**
 * What a driver can do. `true`, or the reason why not in words: the contract suite prints it beside the twin case that
 * shows what happens instead.
 */
export interface Capabilities {
  /** Each process leads a group of its own, so that a signal can reach everything it started. */
  readonly groups: true | string
  /** POSIX signals are delivered and can be handled. */
  readonly signals: true | string
  /** A process may share the caller's own descriptors: `inherit`, `tty`. */
  readonly inherit: true | string
  /** Two processes can be connected so that no byte passes through the caller. */
  readonly joints: true | string
  /** Time stands still until it is driven or advanced, so exact moments can be claimed. */
  readonly virtualTime: true | string
}

/** One of them, by name. */
export type Capability = keyof Capabilities
