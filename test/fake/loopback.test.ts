import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { Loopback } from '../../src/fake/loopback.ts'

const { signal } = new AbortController()

describe('the network of a rehearsal', () => {
  test('is that of one machine, by all of its names, and of no other', async () => {
    const net = new Loopback()
    net.listen(listener(), 80, 200)
    for (const host of ['localhost', '127.0.0.1', '::1']) assert.equal(await net.connects({ port: 80, host }), true)
    for (const host of ['localhost', '127.0.0.1', '[::1]'])
      assert.equal(await net.status(`http://${host}/`, signal), 200)
    const elsewhere = {
      code: 'ERR_NOT_FAKEABLE',
      message: 'Cannot reach "example.com" in a rehearsal: it has no machine but its own',
    }
    await assert.rejects(net.connects({ port: 80, host: 'example.com' }), elsewhere)
    await assert.rejects(net.status('http://example.com/', signal), elsewhere)
  })

  test('has the ports of a protocol where an address names none', async () => {
    const net = new Loopback()
    net.listen(listener(), 80, 201)
    net.listen(listener(), 443, 202)
    net.listen(listener(), 8080, 203)
    const urls = ['http://localhost', 'https://localhost', 'http://localhost:8080/path']
    assert.deepEqual(await Promise.all(urls.map((url) => net.status(url, signal))), [201, 202, 203])
    assert.equal(await net.status('http://localhost:81', signal), undefined)
    assert.equal(await net.connects({ port: 81 }), false)
  })

  test('gives a port to one at a time, and again once that is over', () => {
    const net = new Loopback()
    const first = listener()
    net.listen(first, 80, undefined)
    const taken = { code: 'EADDRINUSE', message: 'listen EADDRINUSE: address already in use 127.0.0.1:80' }
    assert.throws(() => net.listen(listener(), 80, undefined), taken)
    first.alive = false
    net.listen(listener(), 80, undefined)
  })

  test('takes connections for one that is stopped or says nothing, whose answer is waited for until the end', async () => {
    const net = new Loopback()
    const stopped = Object.assign(listener(), { stopped: true })
    const silent = listener()
    net.listen(stopped, 80, 200)
    net.listen(silent, 81, undefined)
    assert.deepEqual([await net.connects({ port: 80 }), await net.connects({ port: 81 })], [true, true])
    const given = new AbortController()
    const [first, second] = [net.status('http://localhost', given.signal), net.status('http://localhost:81', signal)]
    assert.equal(
      await Promise.race([first, second, new Promise((resolve) => setImmediate(resolve, 'nobody'))]),
      'nobody',
    )
    given.abort()
    silent.end()
    assert.deepEqual(await Promise.all([first, second]), [undefined, undefined])
    assert.equal(await net.status('http://localhost', given.signal), undefined)
  })
})

function listener() {
  const { promise: exit, resolve: end } = Promise.withResolvers<void>()
  return { alive: true, stopped: false, exit, end }
}
