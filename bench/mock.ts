import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'

/** What a test that mocks child_process by hand lets `spawn` give: an emitter with three streams. */
class MockChild extends EventEmitter {
  readonly stdin: PassThrough = new PassThrough()
  readonly stdout: PassThrough = new PassThrough()
  readonly stderr: PassThrough = new PassThrough()
}

/** A mocked `spawn` that keeps its calls and results, as mock functions do. */
export class MockSpawn {
  readonly calls: unknown[][] = []
  readonly results: MockChild[] = []

  readonly spawn = (...call: [file: string, args: readonly string[]]): MockChild => {
    const child = new MockChild()
    this.calls.push(call)
    this.results.push(child)
    process.nextTick(() => {
      child.stdout.end('ok')
      child.stderr.end()
      child.emit('exit', 0, null)
      child.stdout.once('end', () => child.emit('close', 0, null))
    })
    return child
  }

  /** The code under test: collects the output until the end. */
  run(file: string, args: readonly string[]): Promise<string> {
    return new Promise((resolve) => {
      const child = this.spawn(file, args)
      const chunks: Buffer[] = []
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
      child.stderr.resume()
      child.once('close', () => resolve(Buffer.concat(chunks).toString()))
    })
  }
}
