// The peers that are no dependencies of the library, as far as they are used here. They are loaded by name, because a
// checkout in which no benchmark ever ran has none of them.

interface Stdout {
  readonly stdout: string
}

type Runs<Running> = (file: string, args?: readonly string[]) => Running

interface NanoSpawned extends Promise<Stdout>, AsyncIterable<string> {
  readonly pipe: Runs<NanoSpawned>
}

interface TinyStarted extends PromiseLike<Stdout>, AsyncIterable<string> {
  readonly pipe: Runs<TinyStarted>
}

interface ZxStarted extends Promise<Stdout & { buffer(): Uint8Array }> {
  pipe(next: ZxStarted): ZxStarted
}

type ZxTag = (strings: TemplateStringsArray, ...values: readonly (string | readonly string[])[]) => ZxStarted

interface Croner {
  readonly Cron: new (
    expression: string,
    options: { readonly timezone: string; readonly paused: true },
  ) => { nextRun(after: Date): Date | null }
}

export interface NanoSpawn {
  readonly default: Runs<NanoSpawned>
}

export interface Tinyexec {
  readonly x: Runs<TinyStarted>
}

export interface Zx {
  readonly $: (options: { readonly quiet: boolean }) => ZxTag
}

export const nanoSpawn: Runs<NanoSpawned> = (await load<NanoSpawn>('nano-spawn')).default
export const tinyexec: Runs<TinyStarted> = (await load<Tinyexec>('tinyexec')).x
export const zx: ZxTag = (await load<Zx>('zx')).$({ quiet: true })
export const croner: Croner['Cron'] = (await load<Croner>('croner')).Cron

async function load<T>(name: string): Promise<T> {
  return (await import(name)) as T
}
