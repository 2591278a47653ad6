import assert from 'node:assert/strict'
import { userInfo } from 'node:os'
import { describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'

const root = process.getuid?.() === 0
const { username } = userInfo()

describe('who a real process runs as', () => {
  test('the name of a user stands for its id, and for its own group', async () => {
    const result = await createProcess().user(username).run('id -u; id -g')
    assert.deepEqual(result.lines(), [String(process.getuid?.()), String(process.getgid?.())])
  })

  test('a user or group that the machine does not know keeps the process from starting', async () => {
    const process = createProcess()
    await assert.rejects(process.user('nobody-like-that').start('id'), {
      code: 'ERR_PROCESS_START',
      message: 'Cannot start "id": no user "nobody-like-that" here',
    })
    assert.equal((await process.group('no-such-group').run('id')).outcome.kind, 'notStarted')
  })

  if (root) {
    test('root hands over to another user, with its group and no supplementary ones', async () => {
      const result = await createProcess().user('nobody').run('id -un; id -u; id -G')
      const [name, uid, groups] = result.lines()
      assert.equal(name, 'nobody')
      assert.notEqual(uid, '0')
      assert.equal(groups?.split(' ').length, 1)
    })

    test('a group can be given without a user', async () => {
      const result = await createProcess().group(12).run('id -u; id -g')
      assert.deepEqual(result.lines(), ['0', '12'])
    })
  } else {
    test('without the right to, another user is refused by the system', async () => {
      const result = await createProcess().user(0).run('id')
      assert.deepEqual(result.outcome, { kind: 'notStarted', errno: 'EPERM' })
    })
  }
})

describe('what only some systems can do', () => {
  test('a program can be told another name of its own', async () => {
    const result = await createProcess().options({ argv0: 'other' }).run(['sh', '-c', 'echo $0'])
    assert.equal(result.output(), 'other\n')
  })

  test('another shell can run the text of a command', async () => {
    const result = await createProcess().options({ shell: '/bin/bash' }).run('echo $BASH')
    assert.equal(result.output(), '/bin/bash\n')
  })
})
