import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** Stands before a server, on loopback, and can be gone for a while. */
export class ServerProxy {
  readonly #target: URL
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0

  /** Before a server at an address. It is not there yet. */
  static async before(address: string): Promise<ServerProxy> {
    const proxy = new ServerProxy(new URL(address))
    // From now on it is known where it will be.
    await proxy.up()
    await proxy.down()
    return proxy
  }

  private constructor(target: URL) {
    this.#target = target
  }

  /** The address of the server by way of this. */
  get address(): string {
    const address = new URL(this.#target)
    address.hostname = '127.0.0.1'
    address.port = String(this.#port)
    return address.href
  }

  async up(): Promise<void> {
    const { hostname, port, protocol } = this.#target
    const server = createServer((here) => {
      const there = connect(Number(port) || (protocol === 'redis:' ? 6379 : 5432), hostname)
      for (const socket of [here, there]) {
        this.#sockets.add(socket)
        socket.on('error', () => {})
        socket.on('close', () => [here, there].map((one) => one.destroy()))
      }
      here.pipe(there).pipe(here)
    })
    this.#server = server
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
  }

  /** Ends all connections, and takes no more. */
  async down(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
    await closed
  }
}
