import type { Address, Net } from '../contracts/net.ts'

/** The network, through what Node has for it: loaded when somebody asks. */
export class SystemNet implements Net {
  async connects({ port, host = 'localhost' }: Address, signal: AbortSignal): Promise<boolean> {
    const { connect } = await import('node:net')
    if (signal.aborted) return false
    return new Promise((resolve) => {
      const socket = connect({ port, host })
      const answer = (connects: boolean): void => {
        signal.removeEventListener('abort', no)
        socket.destroy()
        resolve(connects)
      }
      const no = () => answer(false)
      signal.addEventListener('abort', no, { once: true })
      socket.once('connect', () => answer(true)).once('error', no)
    })
  }

  async status(url: string, signal: AbortSignal): Promise<number | undefined> {
    const { get } = url.startsWith('https:') ? await import('node:https') : await import('node:http')
    if (signal.aborted) return undefined
    return new Promise((resolve) => {
      // A connection of its own, that nobody keeps for later.
      const request = get(url, { agent: false, signal }, (response) => {
        resolve(response.statusCode)
        response.destroy()
      })
      request.on('error', () => resolve(undefined))
    })
  }
}
