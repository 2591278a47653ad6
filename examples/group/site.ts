import type { ProcessFactory, ProcessGroup } from '../../src/index.ts'

/** How a site is set up. */
export interface SiteOptions {
  readonly port: number
  /** How many workers there are. */
  readonly workers: number
  /** Tells somebody what happens. */
  readonly log: (text: string) => void
}

/** Starts a web server, and its workers when that answers. What ends is started again; who gives up is told of. */
export async function startSite(process: ProcessFactory, { port, workers, log }: SiteOptions): Promise<ProcessGroup> {
  const site = process.group({ name: 'site', restart: 'always', maxRestarts: 3, window: '1m' })
  site.add('web-server', ['web-server', `--port=${port}`], { ready: { http: `http://127.0.0.1:${port}/` } })
  site.add('worker', ['worker', '--queue=default'], { after: 'web-server', instances: workers })
  site.onEvent((event) => {
    if (event.type === 'ready') log(`${event.slot} is ready`)
    if (event.type === 'restarting') log(`${event.slot} comes back: ${event.cause}`)
    if (event.type === 'failed') log(`${event.slot} is given up: ${event.reason}`)
  })
  await site.start()
  return site
}
