/** Where a port is. */
export interface Address {
  readonly port: number
  /** This machine unless given. */
  readonly host?: string | undefined
}

/** The network, as far as somebody wants to know whether a process answers. An abort is a no. */
export interface Net {
  /** Whether somebody accepts connections there. */
  connects(address: Address, signal: AbortSignal): Promise<boolean>
  /** The status with which an HTTP server answers a GET, or `undefined` when nobody answers. Redirections are not followed. */
  status(url: string, signal: AbortSignal): Promise<number | undefined>
}
