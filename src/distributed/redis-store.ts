/// <reference types="node" preserve="true" />
import type { Decision, ScheduleStore, TaskRun } from '../contracts/schedule-store.ts'
import { type RedisAddress, RedisLink } from './redis-link.ts'

export type { RedisAddress }

import { RedisLocks } from './redis-locks.ts'

/** Runs and claims of each task that are kept. */
const KEPT = 1000

const CLAIM = `local new = redis.call('ZADD', KEYS[1], 'NX', ARGV[1], ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -${KEPT + 1}) return new`

const DECIDE = `local last = redis.call('HMGET', KEYS[1], 'timetable', 'due')
if last[1] ~= ARGV[1] or tonumber(last[2]) < tonumber(ARGV[2]) then
  redis.call('HSET', KEYS[1], 'timetable', ARGV[1], 'due', ARGV[2])
end`

const RECORD = `local place = redis.call('INCR', KEYS[1])
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('LPUSH', KEYS[3], string.format('%d ', place) .. ARGV[2])
redis.call('LTRIM', KEYS[3], 0, ${KEPT - 1})`

/**
 * A store of schedules in Redis, for all machines that reach it. Needs the package `ioredis`. Give a URL, or a client that you
 * keep and close.
 *
 * @example new ProcessScheduler({ store: () => new RedisStore('redis://127.0.0.1:6379') })
 */
export class RedisStore extends RedisLocks implements ScheduleStore {
  readonly #link: RedisLink
  readonly #prefix: string

  constructor(address: RedisAddress, { prefix = 'rehearsal:schedule:' }: { readonly prefix?: string } = {}) {
    const link = new RedisLink(address)
    super(link, prefix)
    this.#link = link
    this.#prefix = prefix
  }

  async now(): Promise<number> {
    const [seconds, micros] = (await this.#link.call('TIME')) as [string, string]
    return Number(seconds) * 1000 + Number(micros) / 1000
  }

  async claim(task: string, dueAt: number): Promise<boolean> {
    return (await this.#link.script(CLAIM, [this.#key('claims', task)], [dueAt])) === 1
  }

  async claimed(task: string, dueAt: number): Promise<boolean> {
    return (await this.#link.call('ZSCORE', this.#key('claims', task), dueAt)) !== null
  }

  async decide(task: string, { dueAt, timetable }: Decision): Promise<void> {
    await this.#link.script(DECIDE, [this.#key('decision', task)], [timetable, dueAt])
  }

  async decided(task: string): Promise<Decision | undefined> {
    const [timetable, due] = (await this.#link.call(
      'HMGET',
      this.#key('decision', task),
      'timetable',
      'due',
    )) as string[]
    return timetable === undefined || timetable === null ? undefined : { dueAt: Number(due), timetable }
  }

  async record(run: TaskRun): Promise<void> {
    const keys = [this.#key('places'), this.#key('tasks'), this.#key('runs', run.task)]
    await this.#link.script(RECORD, keys, [run.task, JSON.stringify(run)])
  }

  async history({ tasks, limit }: { readonly tasks?: readonly string[]; readonly limit: number }): Promise<TaskRun[]> {
    const some = tasks ?? ((await this.#link.call('SMEMBERS', this.#key('tasks'))) as string[])
    const lists = await Promise.all(
      some.map((task) => this.#link.call('LRANGE', this.#key('runs', task), 0, limit - 1) as Promise<string[]>),
    )
    const placed = lists.flat().map((entry) => {
      const end = entry.indexOf(' ')
      return { place: Number(entry.slice(0, end)), run: JSON.parse(entry.slice(end + 1)) as TaskRun }
    })
    return placed
      .sort((a, b) => b.place - a.place)
      .slice(0, limit)
      .map(({ run }) => run)
  }

  async pause(paused: boolean): Promise<void> {
    await (paused ? this.#link.call('SET', this.#key('paused'), '1') : this.#link.call('DEL', this.#key('paused')))
  }

  async paused(): Promise<boolean> {
    return (await this.#link.call('EXISTS', this.#key('paused'))) === 1
  }

  close(): Promise<void> {
    return this.#link.close()
  }

  #key(...parts: readonly string[]): string {
    return this.#prefix + parts.join(':')
  }
}
