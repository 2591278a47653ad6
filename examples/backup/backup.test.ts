import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, onTestFinished, test } from 'vitest'
import { createProcess, type Handler, Process } from '../../src/index.ts'
import { main } from './program.ts'

// The disk and the programs of a machine on which all is well. Each test changes what goes wrong in it.

const disk = {
  '/home/ada/photos/beach.jpg': 'sand '.repeat(800),
  '/home/ada/photos/harbour.jpg': 'ship '.repeat(200),
}

const machine: Record<string, Handler> = {
  'tar -cf *': Process.describe().output('all of the photos').after('90s'),
  'gzip -9': async ({ stdin, stdout }) => stdout.write(`packed: ${await stdin.text()}`),
  'find * -print0': 'photos\0photos/beach.jpg\0photos/harbour.jpg\0',
  'find * -type f -print0': 'photos/beach.jpg\0photos/harbour.jpg\0',
  'gzip -t *': Process.describe().after('2s'),
  'tar -tzf *': ['photos/', 'photos/beach.jpg', 'photos/harbour.jpg'],
}

const now = new Date('2026-03-01T12:00:00Z')

function backup(...options: string[]): ReturnType<typeof main> {
  return main(Process, ['/home/ada/photos', '--to', '/backups', ...options])
}

describe('a backup', () => {
  test('archives the folder, checks the archive and tells what it did', async () => {
    using fake = Process.fake(machine, { files: disk, now })

    const { exitCode, output } = await backup()

    assert.equal(exitCode, 0)
    assert.equal(
      output,
      `Backed up /home/ada/photos

  archive  /backups/photos-20260301-120000.tar.gz
  files    2
  size     4.9 KB, packed 26 bytes (1 %)
  checked  3 of 3 entries found (files, folders and links)
  kept     1 archive

  archive  1.5 min
  count       0 ms
  check      2.0 s
  prune       0 ms
  total    1.5 min
`,
    )
    assert.deepEqual(await fake.files.list('/backups'), ['photos-20260301-120000.tar.gz'])
  })

  test('sends the folder through tar and gzip, from the folder around it', async () => {
    using fake = Process.fake(machine, { files: disk, now })

    await backup()

    Process.assertRan(({ text, path }) => text === 'tar -cf - -- photos' && path === '/home/ada')
    Process.assertRanInOrder(['tar -cf *', 'gzip -9', 'find *', 'find *', 'gzip -t *', 'tar -tzf *'])
    assert.equal(await fake.files.readText('/backups/photos-20260301-120000.tar.gz'), 'packed: all of the photos\n')
  })

  test('gives the archive its name only after the check', async () => {
    using fake = Process.fake(machine, { files: disk, now })

    await backup()

    Process.assertRan('gzip -t /backups/photos-20260301-120000.tar.gz.part')
    assert.deepEqual(await fake.files.list('/backups'), ['photos-20260301-120000.tar.gz'])
  })

  test('keeps the newest archives of the folder, and all that is not one', async () => {
    const older = ['photos-20251224-180000.tar.gz', 'photos-20260131-120000.tar.gz', 'photos-20260201-120000.tar.gz']
    const others = ['letters-20200101-000000.tar.gz', 'photos-of-2019.tar.gz', 'photos.txt']
    const files = Object.fromEntries([...older, ...others].map((name) => [`/backups/${name}`, 'x']))
    using fake = Process.fake(machine, { files: { ...disk, ...files }, now })

    const { output } = await backup('--keep', '2')

    assert.match(output, /kept {5}2 archives, 2 old ones removed/)
    assert.deepEqual(await fake.files.list('/backups'), [
      'letters-20200101-000000.tar.gz',
      'photos-20260201-120000.tar.gz',
      'photos-20260301-120000.tar.gz',
      'photos-of-2019.tar.gz',
      'photos.txt',
    ])
  })
})

describe('a backup that fails says why in one line and leaves nothing behind:', () => {
  const failures: Record<string, { rules: Record<string, Handler>; message: string }> = {
    'tar is not installed': {
      rules: { 'tar -cf *': Process.describe().failsToStart('ENOENT') },
      message: 'Cannot archive "/home/ada/photos": tar is not installed, or not in PATH',
    },
    'gzip may not be executed': {
      rules: { 'gzip -9': Process.describe().failsToStart('EACCES') },
      message: 'Cannot archive "/home/ada/photos": gzip could not be started: permission denied',
    },
    'tar may not read a photo': {
      rules: {
        'tar -cf *': Process.describe()
          .output('some of the photos')
          .errorOutput(['tar: photos/beach.jpg: Cannot open: Permission denied', 'tar: Exiting with failure status'])
          .exitCode(2),
      },
      message: 'Cannot archive "/home/ada/photos": tar: photos/beach.jpg: Cannot open: Permission denied',
    },
    'gzip dies halfway': {
      rules: { 'gzip -9': Process.describe().output('half of it').after('30s').crashes('SIGKILL') },
      message: 'Cannot archive "/home/ada/photos": gzip was killed by SIGKILL',
    },
    'the disk is full': {
      rules: {
        'gzip -9': Process.describe()
          .output('half of it')
          .errorOutput('gzip: stdout: No space left on device')
          .exitCode(1),
      },
      message: 'Cannot archive "/home/ada/photos": gzip: stdout: No space left on device',
    },
    'tar hangs': {
      rules: { 'tar -cf *': Process.describe().output('some of the photos').hangs() },
      message: 'Cannot archive "/home/ada/photos": tar took too long and was stopped',
    },
    'the archive is broken': {
      rules: { 'gzip -t *': Process.describe().errorOutput('gzip: unexpected end of file').exitCode(1) },
      message: 'Cannot trust the new archive: gzip: unexpected end of file',
    },
    'a photo is missing from the archive': {
      rules: { 'tar -tzf *': ['photos/', 'photos/beach.jpg'] },
      message: 'Cannot trust the new archive: it holds 2 of 3 entries',
    },
  }

  for (const [what, { rules, message }] of Object.entries(failures)) {
    test(what, async () => {
      using fake = Process.fake({ ...machine, ...rules }, { files: disk, now })

      assert.deepEqual(await backup(), { exitCode: 1, output: '', errorOutput: `${message}\n` })
      assert.deepEqual(await fake.files.list('/backups'), [])
      assert.deepEqual(await fake.processes.list(), [])
    })
  }

  test('somebody interrupts it', async () => {
    const interrupt = new AbortController()
    const tar: Handler = () => {
      interrupt.abort()
      return Process.describe().output('some of the photos').hangs()
    }
    using fake = Process.fake({ ...machine, 'tar -cf *': tar }, { files: disk, now })

    const { exitCode, errorOutput } = await main(Process, ['/home/ada/photos', '--to', '/backups'], interrupt.signal)

    assert.deepEqual([exitCode, errorOutput], [1, 'Cannot archive "/home/ada/photos": interrupted\n'])
    assert.deepEqual(await fake.files.list('/backups'), [])
  })
})

test('a tar that hangs is stopped after an hour, which takes no time here', async () => {
  using fake = Process.fake({ ...machine, 'tar -cf *': Process.describe().hangs() }, { files: disk, now })

  await backup()

  assert.equal(fake.now().toISOString(), '2026-03-01T13:00:00.000Z')
  Process.assertSignalled('tar -cf *', 'SIGTERM')
})

describe('a backup refuses, before anything runs,', () => {
  const refusals: Record<string, { args: string[]; exitCode: number; message: string }> = {
    'a folder that is not there': {
      args: ['/home/ada/fotos'],
      exitCode: 1,
      message: 'Cannot archive "/home/ada/fotos": no such folder',
    },
    'a file': {
      args: ['/home/ada/photos/beach.jpg'],
      exitCode: 1,
      message: 'Cannot archive "/home/ada/photos/beach.jpg": not a folder',
    },
    'to put the archives into what it archives': {
      args: ['/home/ada/photos', '--to', '/home/ada/photos/backups'],
      exitCode: 1,
      message:
        'Cannot archive "/home/ada/photos": the archives in "/home/ada/photos/backups" would be part of it; choose another --to',
    },
    'a place with a file in the way': {
      args: ['/home/ada/photos', '--to', '/home/ada/photos.zip/backups'],
      exitCode: 1,
      message: 'Cannot write to "/home/ada/photos.zip/backups": there is a file in the way',
    },
    'a place that is read-only': {
      args: ['/home/ada/photos', '--to', '/media/cdrom'],
      exitCode: 1,
      message: 'Cannot write to "/media/cdrom": permission denied',
    },
    'no folder at all': {
      args: [],
      exitCode: 2,
      message: 'Cannot tell what to archive: no folder given; see --help',
    },
    'two folders': {
      args: ['photos', 'letters'],
      exitCode: 2,
      message: 'Cannot archive 2 folders at once: give one; see --help',
    },
    'to keep no archive': {
      args: ['photos', '--keep', '0'],
      exitCode: 2,
      message: 'Cannot keep "0" archives: expected a whole number from 1 on; see --help',
    },
    'an option that it does not know': {
      args: ['photos', '--fast'],
      exitCode: 2,
      message: "Cannot read the command line: Unknown option '--fast'; see --help",
    },
  }

  for (const [what, { args, exitCode, message }] of Object.entries(refusals)) {
    test(what, async () => {
      using fake = Process.fake(machine, {
        files: { ...disk, '/home/ada/photos.zip': '', '/media/cdrom/song.mp3': '' },
      })
      fake.files.disk.chmodSync('/media/cdrom', 0o555)

      assert.deepEqual(await main(Process, args), { exitCode, output: '', errorOutput: `${message}\n` })
      Process.assertNothingRan()
    })
  }
})

test('--help tells how it is called', async () => {
  using _ = Process.fake({})

  const { exitCode, output } = await main(Process, ['--help'])

  assert.equal(exitCode, 0)
  assert.match(output, /<folder> \[--to <folder>\] \[--keep <number>\]/)
})

describe('for real,', () => {
  const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
  const real = createProcess()

  test('it archives a folder with the tar and gzip of this machine', async () => {
    const here = await temporaryFolder()
    await mkdir(join(here, 'photos'))
    await writeFile(join(here, 'photos', 'beach.jpg'), 'sand '.repeat(2000))

    const result = await real.path(here).run([process.execPath, MAIN, 'photos'])

    assert.equal(result.throw().exitCode(), 0)
    assert.match(
      result.output(),
      /archive {2}backups\/photos-\d{8}-\d{6}\.tar\.gz\n {2}files {4}1\n {2}size {5}9\.8 KB/,
    )
    assert.match(result.output(), /checked {2}2 of 2 entries found/)
    const [archive] = await readdir(join(here, 'backups'))
    const unpacked = await real.path(here).run(['tar', '-xzOf', `backups/${archive}`, 'photos/beach.jpg'])
    assert.equal(unpacked.output(), 'sand '.repeat(2000))
  })

  test('it ends with the exit code of its failure, and one line', async () => {
    const result = await real.path(await temporaryFolder()).run([process.execPath, MAIN, 'nowhere'])

    assert.equal(result.exitCode(), 1)
    assert.deepEqual([result.output(), result.errorOutput()], ['', 'Cannot archive "nowhere": no such folder\n'])
  })
})

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'backup-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}
