import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Sample, timed, type Variants } from './harness.ts'
import { POSTGRES, REDIS } from './queue-contenders.ts'

const CLI = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
// The most that it ever held, in kilobytes: the first number of a process as Linux counts it.
const TELL = `process.on('exit', () => process.stderr.write(process.getBuiltinModule('node:fs').readFileSync('/proc/self/status', 'utf8')))`

/** Whole processes that queue one command; one that does nothing; one that uses BullMQ as it is. */
export function pushes(folder: string): Variants {
  const name = `bench_push_${crypto.randomUUID().slice(0, 8)}`
  const push = (store: string) => [CLI, 'queue', 'push', '--store', store, '--', '/bin/true']
  const served = (server: string) => `${server}?queue=${name}`
  return {
    'bare node': () => measured(['-e', '']),
    'queue push, SQLite': () => measured(push(join(folder, 'push.db'))),
    'queue push, Redis': () => measured(push(served(REDIS))),
    'queue push, PostgreSQL': () => measured(push(served(POSTGRES))),
    'BullMQ, Redis': () => measured(['--input-type=module', '-e', bullOn(name)]),
  }
}

async function measured(args: readonly string[]): Promise<Sample> {
  const { ms } = await timed(() => run(args))
  const status = run(['--import', `data:text/javascript,${encodeURIComponent(TELL)}`, ...args])
  return { ms, memory: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024 }
}

// What it says goes to a pipe, and is what it gives here.
function run(args: readonly string[]): string {
  const shell = 'exec "$0" --disable-warning=QueueWarning "$@" 2>&1'
  return execFileSync('sh', ['-c', shell, process.execPath, ...args], { cwd: import.meta.dirname, encoding: 'utf8' })
}

function bullOn(name: string): string {
  const { hostname, port } = new URL(REDIS)
  const connection = JSON.stringify({ host: hostname, port: Number(port) || 6379 })
  return `import { Queue } from 'bullmq'; const queue = new Queue('${name}', { connection: ${connection} })
    await queue.add('run', { line: ['/bin/true'] }); await queue.close()`
}
