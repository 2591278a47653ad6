import assert from 'node:assert/strict'
import { existsSync, linkSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, describe, test } from 'vitest'
import { ask, askOnce } from '../../src/control/client.ts'
import { type Place, placeIn } from '../../src/control/place.ts'
import { type Handler, listen } from '../../src/control/server.ts'
import { SlotRefusedError } from '../../src/index.ts'

const root = mkdtempSync(join(tmpdir(), 'rehearsal-control-'))
afterAll(() => rmSync(root, { recursive: true }))

const handlers: Record<string, Handler> = {
  async *count(request) {
    for (let n = 1; n <= Number(request.to); n++) yield n
  },
  async *refuse() {
    yield 'first'
    throw new SlotRefusedError('Cannot do this: it is a test')
  },
  async *forever(_, gone) {
    yield 'first'
    await new Promise((resolve) => gone.addEventListener('abort', resolve))
  },
  // More than fits into a socket, for somebody who reads nothing.
  async *flood(_, gone) {
    while (!gone.aborted) yield 'x'.repeat(100_000)
  },
}

let places = 0
const newPlace = (): Place => placeIn(join(root, `place-${places++}`))

/** Who listens in a place of its own, until the end of the block. */
async function listening(place: Place = newPlace()) {
  const server = await listen(place, handlers)
  return { place, server, [Symbol.asyncDispose]: () => server.close() }
}

async function all(place: Place, request: Parameters<typeof ask>[1]): Promise<unknown[]> {
  const items: unknown[] = []
  for await (const item of ask(place, request)) items.push(item)
  return items
}

describe('control', () => {
  test('is a socket for its owner alone, in a folder for its owner alone, and is gone when it is closed', async () => {
    const { place, server } = await listening()
    const mode = (path: string) => statSync(path).mode & 0o777
    assert.deepEqual([mode(place.folder), mode(place.socket)], [0o700, 0o600])
    await server.close()
    assert.equal(existsSync(place.socket), false)
  })

  test('answers item by item, and many at a time', async () => {
    await using here = await listening()
    const request = { do: 'count', to: 3 }
    assert.deepEqual(await Promise.all([all(here.place, request), askOnce(here.place, request)]), [[1, 2, 3], 3])
  })

  test('tells what went wrong, with its code, after the items that there were', async () => {
    await using here = await listening()
    const items = ask(here.place, { do: 'refuse' })
    assert.equal((await items.next()).value, 'first')
    await assert.rejects(items.next(), { code: 'ERR_SLOT_REFUSED', message: 'Cannot do this: it is a test' })
  })

  test('refuses what it does not know', async () => {
    await using here = await listening()
    await assert.rejects(all(here.place, { do: 'nonsense' }), {
      code: 'ERR_CONTROL',
      message: 'Cannot "nonsense": unknown',
    })
    await assert.rejects(all(here.place, { do: 'toString' }), { code: 'ERR_CONTROL' })
  })

  test('is plain lines of JSON: any program may ask', async () => {
    await using here = await listening()
    const raw = async (sent: string) => text(connect(here.place.socket).end(sent))
    assert.equal(await raw('{"do":"count","to":1}\n'), '{"item":1}\n{"end":true}\n')
    assert.match(await raw('hello\n'), /^\{"error":\{"message":"Cannot answer: expected \{/)
    assert.match(await raw(''), /"Cannot answer: nothing was asked"/)
  })

  test('hears that a client hangs up, and goes on for others', async () => {
    await using here = await listening()
    for await (const item of ask(here.place, { do: 'forever' })) {
      assert.equal(item, 'first')
      break
    }
    assert.equal(await askOnce(here.place, { do: 'count', to: 1 }), 1)
  })

  test('comes to an end at its close, for those who follow and those who do not read', async () => {
    const { place, server } = await listening()
    const following = ask(place, { do: 'forever' })
    await following.next()
    const silent = connect(place.socket)
    const deaf = connect(place.socket)
    deaf.write('{"do":"flood"}\n')
    await new Promise((resolve) => deaf.once('readable', resolve))
    await server.close()
    assert.equal((await following.next()).done, true)
    silent.destroy()
    deaf.destroy()
  })

  test('says when nobody is there', async () => {
    await assert.rejects(all(newPlace(), { do: 'count' }), { code: 'ERR_NOTHING_RUNS' })
  })

  test('is in one hand: a second one is refused as long as there is a first', async () => {
    const { place, server } = await listening()
    await assert.rejects(listen(place, handlers), { code: 'ERR_ALREADY_RUNS' })
    assert.equal(await askOnce(place, { do: 'count', to: 1 }), 1)
    await server.close()
    await using _ = await listening(place)
  })

  test('cleans up the socket of one that is dead', async () => {
    const { place, server } = await listening()
    const kept = `${place.socket}.kept`
    linkSync(place.socket, kept)
    await server.close()
    linkSync(kept, place.socket)
    await assert.rejects(all(place, { do: 'count' }), { code: 'ERR_NOTHING_RUNS' })
    await using here = await listening(place)
    assert.equal(await askOnce(here.place, { do: 'count', to: 1 }), 1)
  })

  test('finds room for a name that is too long for a socket', async () => {
    const place = placeIn(join(root, 'x'.repeat(120), 'project-0123abcd'))
    assert.equal(place.folder, join(tmpdir(), `rehearsal-${process.getuid?.()}-0123abcd`))
    await using _ = await listening(place)
    rmSync(place.folder, { recursive: true })
  })
})
