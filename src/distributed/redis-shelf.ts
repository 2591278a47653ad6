import type { RedisLink } from './redis-link.ts'
import { type Change, type Kept, MOMENTS, type Shelf, type Sight } from './shelf.ts'

const NOW = `local p = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`

const LOOK = `${NOW}
local numbers, limit, first, overdue, kept = tonumber(ARGV[2]), tonumber(ARGV[3]), 0, {}, {}
if numbers > 0 then first = redis.call('INCRBY', p .. 'counter', numbers) - numbers + 1 end
if limit > 0 then overdue = redis.call('ZRANGEBYSCORE', p .. 'tag:${MOMENTS}', '-inf', now, 'LIMIT', 0, limit) end
for i = 4, #ARGV do kept[i - 3] = redis.call('HMGET', p .. 'doc:' .. ARGV[i], 'version', 'text') end
return { now, first, overdue, kept }`

const WRITE = `local p, changes, i = ARGV[1], {}, 2
while i <= #ARGV do
  if (redis.call('HGET', p .. 'doc:' .. ARGV[i], 'version') or '0') ~= ARGV[i + 1] then return 0 end
  if ARGV[i + 2] ~= 'same' then changes[#changes + 1] = i end
  i = i + 5 + 2 * tonumber(ARGV[i + 4])
end
local version = redis.call('INCR', p .. 'counter')
for _, i in ipairs(changes) do
  local name, doc, tags = ARGV[i], p .. 'doc:' .. ARGV[i], {}
  for tag in string.gmatch(redis.call('HGET', doc, 'tags') or '', '[^\\n]+') do redis.call('ZREM', p .. 'tag:' .. tag, name) end
  for n = 1, tonumber(ARGV[i + 4]) do
    tags[n] = ARGV[i + 3 + 2 * n]
    redis.call('ZADD', p .. 'tag:' .. tags[n], ARGV[i + 4 + 2 * n], name)
  end
  if ARGV[i + 2] == 'drop' then redis.call('DEL', doc)
  else redis.call('HSET', doc, 'version', version, 'text', ARGV[i + 3], 'tags', table.concat(tags, '\\n')) end
end
return version`

const UNTAG = `local p, tag = ARGV[1], ARGV[1] .. 'tag:' .. ARGV[2]
for i = 3, #ARGV, 2 do
  if redis.call('HGET', p .. 'doc:' .. ARGV[i], 'version') == ARGV[i + 1] then redis.call('ZREM', tag, ARGV[i]) end
end`

const COUNT = `${NOW}
local counts = {}
for i = 2, #ARGV, 2 do
  local tag = p .. 'tag:' .. ARGV[i]
  counts[i / 2] = ARGV[i + 1] == 'due' and redis.call('ZCOUNT', tag, '-inf', now) or redis.call('ZCARD', tag)
end
return counts`

const LAST = `local found = {}
for i = 3, #ARGV do
  for _, entry in ipairs(redis.call('ZREVRANGE', ARGV[1] .. 'tag:' .. ARGV[i], 0, ARGV[2] - 1, 'WITHSCORES')) do
    found[#found + 1] = entry
  end
end
return found`

type Answer = [now: number, first: number, overdue: string[], kept: [version: string | null, text: string][]]

/** A shelf in Redis. */
export class RedisShelf implements Shelf {
  readonly name: string
  readonly #link: RedisLink
  readonly #prefix: string

  constructor(link: RedisLink, prefix: string) {
    this.name = link.name
    this.#link = link
    this.#prefix = prefix
  }

  async look(keys: readonly string[], { numbers, overdue }: { numbers: number; overdue: number }): Promise<Sight> {
    const answer = (await this.#run(LOOK, [numbers, overdue, ...keys])) as Answer
    const kept = answer[3].map(([version, text]): Kept | undefined =>
      version === null ? undefined : { version: Number(version), text },
    )
    return {
      now: answer[0],
      numbers: Array.from({ length: numbers }, (_, index) => answer[1] + index),
      overdue: answer[2],
      kept,
    }
  }

  async write(changes: readonly Change[]): Promise<number> {
    const values = changes.flatMap(({ key, version, act, text, tags }) => [
      key,
      version,
      act,
      text,
      tags.length,
      ...tags.flat(),
    ])
    return Number(await this.#run(WRITE, values))
  }

  async untag(tag: string, from: readonly { readonly key: string; readonly version: number }[]): Promise<void> {
    await this.#run(UNTAG, [tag, ...from.flatMap(({ key, version }) => [key, version])])
  }

  async count(tags: readonly { readonly tag: string; readonly due: boolean }[]): Promise<readonly number[]> {
    const values = tags.flatMap(({ tag, due }) => [tag, due ? 'due' : ''])
    return (await this.#run(COUNT, values)) as number[]
  }

  async last(tags: readonly string[], limit: number): Promise<readonly string[]> {
    const entries = (await this.#run(LAST, [limit, ...tags])) as string[]
    const found = entries.flatMap((key, index) => (index % 2 ? [] : [{ key, score: Number(entries[index + 1]) }]))
    return found
      .sort((a, b) => b.score - a.score)
      .slice(0, limit)
      .map(({ key }) => key)
  }

  async below(tag: string, bound: number): Promise<readonly string[]> {
    return (await this.#link.call('ZRANGEBYSCORE', `${this.#prefix}tag:${tag}`, '-inf', `(${bound}`)) as string[]
  }

  #run(script: string, values: readonly (string | number)[]): Promise<unknown> {
    return this.#link.script(script, [], [this.#prefix, ...values])
  }
}
