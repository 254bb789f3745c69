import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { readStatuses, statusLine, summarize } from '#host-agent/sandbox/status.ts'
import { suite } from '../support/needs.ts'
import { makeWorld, run, start, type World } from '../support/sandbox/world.ts'
import { until } from '../support/wait.ts'

const holdOpen = join(import.meta.dirname, '../support/sandbox/hold-open.ts')
const cli = join(import.meta.dirname, '../../cli/main.ts')

/** Living processes with this word in their command line. */
function living(word: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        const state = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')[0]
        return line.includes(word) && state !== 'Z' ? [`${pid} ${line.slice(0, 120)}`] : []
      } catch {
        return []
      }
    })
}

suite('a sandbox from opening to its end', { needs: ['bwrap', 'socat', 'git'] }, () => {
  let folder = ''
  let world: World
  beforeAll(() => {
    const base = process.getuid?.() === 0 ? '/srv' : join(homedir(), '.cache')
    mkdirSync(base, { recursive: true })
    folder = mkdtempSync(join(base, 'countersign-sandbox-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  beforeEach(async () => {
    world = await makeWorld(folder)
  })
  afterEach(() => world.close())

  test('what was started ends with it, also what moved into the background', async () => {
    const sandbox = await world.open()
    const word = `background-${process.pid}`
    const { code, stdout } = await run(
      sandbox,
      `(setsid sh -c 'sleep 1000; : ${word}' </dev/null >/dev/null 2>&1 &); echo started; exit 3`,
    )
    expect({ code, stdout }).toEqual({ code: 3, stdout: 'started\n' })
    await until(() => living(word).length === 0, { what: () => living(word).join() })
  })

  test('on a full disk it is not opened, says so, and leaves nothing running', () => {
    const script = join(import.meta.dirname, '../support/sandbox/open-on-full-disk.ts')
    const disk = ['--dev-bind', '/', '/', '--size', String(8 * 1024 ** 2), '--tmpfs', '/mnt']
    const { stdout, status } = spawnSync(
      'bwrap',
      [...disk, '--die-with-parent', '--', process.execPath, script, '/mnt', world.project],
      { encoding: 'utf8', timeout: 60_000 },
    )
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ code: 'sandbox_unavailable', detail: expect.stringContaining('disk') })
  })

  test.each(['darwin', 'win32'])('on %s it refuses in a sentence', async (platform) => {
    const here = process.platform
    Object.defineProperty(process, 'platform', { value: platform })
    try {
      await expect(world.open()).rejects.toThrow(/sandbox_unavailable: there is no sandbox for (macOS|Windows) yet/)
    } finally {
      Object.defineProperty(process, 'platform', { value: here })
    }
  })

  test('kill asks first and then no longer', async () => {
    const sandbox = await world.open()
    const polite = await start(sandbox, [
      '/bin/sh',
      '-c',
      'trap "echo asked; exit 5" TERM; echo ready; while :; do sleep 0.05; done',
    ])
    await new Promise((resolve) => polite.process.child.stdout?.once('data', resolve))
    await polite.process.kill(30_000)
    expect(await polite.result).toMatchObject({ code: 5, stdout: 'ready\nasked\n' })

    const stubborn = await start(sandbox, ['/bin/sh', '-c', 'trap "" TERM; echo ready; while :; do sleep 0.05; done'])
    await new Promise((resolve) => stubborn.process.child.stdout?.once('data', resolve))
    await stubborn.process.kill(100)
    expect((await stubborn.result).stdout).toBe('ready\n')
  })

  // A launcher that dies before all are bound to it leaves a command behind, which then asks whether we live.
  test('what is killed while it starts never begins', async () => {
    const sandbox = await world.open()
    const word = `early-${process.pid}`
    const moments = Array.from({ length: 60 }, (_, ms) => ms)
    for (const ms of moments) {
      const started = await start(sandbox, ['/bin/sh', '-c', `sleep 1000; : ${word}`])
      await wait(ms)
      await started.process.kill(0)
    }
    expect(living(word)).toEqual([])
  })

  test('closing ends what still runs and leaves no folder behind', async () => {
    const sandbox = await world.open()
    const word = `closing-${process.pid}`
    const { result, process: running } = await start(sandbox, ['/bin/sh', '-c', `echo ready; sleep 1000; : ${word}`])
    await new Promise((resolve) => running.child.stdout?.once('data', resolve))
    await sandbox.close()
    await result
    expect(living(word)).toEqual([])
    expect(readdirSync(join(world.state, 'run'))).toEqual([])
    expect(await sandbox.spawn(['/bin/true'], { env: {}, stdio: 'ignore' })).toMatchObject({
      ok: false,
      code: 'sandbox_unavailable',
    })
  })

  test.each([
    ['running', ''],
    ['stopped', 'kill -STOP $$;'],
  ])('a host agent that is killed outright leaves nothing %s', async (_state, stop) => {
    const word = `orphan-${process.pid}-${stop.length}`
    const host = spawn(
      process.execPath,
      [holdOpen, folder, `(setsid sh -c 'sleep 1000; : ${word}' &); echo "$$"; ${stop} sleep 1000; : ${word}`],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const told = await new Promise<{ state: string }>((resolve) =>
      host.stdout.once('data', (line: Buffer) => resolve(JSON.parse(line.toString('utf8')))),
    )
    expect(living(word).length).toBeGreaterThan(1)
    host.kill('SIGKILL')
    await until(() => living(word).length === 0 && living(told.state).length === 0, {
      what: () => [...living(word), ...living(told.state)].join('; '),
    })
    expect(readStatuses(told.state)).toEqual([])
    expect(readdirSync(join(told.state, 'run'))).toEqual([])
  })

  test('a descriptor that was left open for us leads nowhere inside', async () => {
    const leaked = join(world.root, 'leaked.txt')
    writeFileSync(leaked, 'the-secret-of-the-host')
    const stdio = ['ignore', 'pipe', 'inherit', ...Array(40).fill('ignore'), openSync(leaked, 'r')] as const
    const host = spawn(
      process.execPath,
      [holdOpen, folder, `for f in /proc/self/fd/*; do readlink $f; done; cat /proc/self/fd/43; echo end`],
      { stdio: [...stdio] },
    )
    let said = ''
    host.stdout?.on('data', (words: Buffer) => {
      said += words.toString('utf8')
    })
    await until(() => said.includes('end'), { what: () => said })
    host.kill('SIGKILL')
    expect(said).not.toMatch(/secret|leaked/)
  })

  test('a host counts at once, a path from the next start on, and nothing else is opened by it', async () => {
    const sandbox = await world.open({ firewallStrict: true })
    const ask = `printf 'GET http://public.test/ HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' | socat -t 3 -,ignoreeof TCP:127.0.0.1:3128`
    expect((await run(sandbox, ask)).stdout).toContain('403')
    expect(world.violations).toMatchObject([{ code: 'sandbox_host_blocked', host: 'public.test', port: 80 }])
    expect(sandbox.widen({ host: 'public.test:80' })).toBeNull()
    expect((await run(sandbox, ask)).stdout).toContain('200 OK')
    expect(world.requests).toEqual(['GET public.test /'])

    const path = join(world.person, '.bashrc')
    const refused = await run(sandbox, `cat ${path}`)
    expect(sandbox.blockedPaths(refused.stderr)).toEqual([{ path, access: 'read' }])
    expect(sandbox.widen({ path, access: 'read' })).toBeNull()
    expect((await run(sandbox, `cat ${path}; cat ${world.person}/outside.txt`)).stdout).toBe('original')
  })

  test.each([
    ['the host agent’s own folder', (at: World) => at.countersignHome],
    ['a folder in it', (at: World) => join(at.countersignHome, 'host')],
    ['what lies above it', (at: World) => at.root],
    ['everything', () => '/'],
    ['the kernel’s own files', () => '/proc'],
    ['what does not exist', (at: World) => join(at.root, 'nothing')],
  ])('it can’t be widened by %s', async (_name, path) => {
    const sandbox = await world.open({ network: 'none' })
    for (const access of ['read', 'write'] as const)
      expect(sandbox.widen({ path: path(world), access })).toMatchObject({ code: 'sandbox_path_blocked' })
  })

  test('a shared folder that became a link is not followed', async () => {
    const shared = join(world.project, 'src')
    const sandbox = await world.open({ projectAccess: 'read', writeRoots: [shared] })
    rmSync(shared, { recursive: true })
    const { symlinkSync } = await import('node:fs')
    symlinkSync(join(world.person, '.ssh'), shared)
    expect(await sandbox.spawn(['/bin/true'], { env: {}, stdio: 'ignore' })).toMatchObject({
      ok: false,
      code: 'sandbox_path_blocked',
    })
  })

  test('the command line runs one command: exit code, words, status and what was blocked', async () => {
    const env = { ...process.env, COUNTERSIGN_HOME: world.countersignHome, HOME: world.person }
    const say = (child: ChildProcess, stream: 'stdout' | 'stderr') => {
      let words = ''
      child[stream]?.on('data', (chunk: Buffer) => {
        words += chunk.toString('utf8')
      })
      return () => words
    }
    const program = (...args: string[]) => spawn(process.execPath, [cli, ...args], { cwd: world.project, env })
    const end = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('close', resolve))
    const script = 'read -r line; echo "got $line"; touch /usr/x; cat "$HOME_OUTSIDE/outside.txt"; exit 42'
    const child = program(
      'sandbox',
      '--allow-root',
      '--firewall-strict',
      '--max-cpu',
      '80',
      '--max-memory',
      '4GB',
      '--max-disk-write',
      '1GB',
      '--',
      'sh',
      '-c',
      script.replace('$HOME_OUTSIDE', world.person),
    )
    const [stdout, stderr] = [say(child, 'stdout'), say(child, 'stderr')]
    const look = async () => {
      const asked = program('--sandbox-status')
      const words = say(asked, 'stdout')
      await end(asked)
      return words()
    }
    await until(() => readStatuses(world.state).length === 1, { what: 'the status of the running sandbox' })
    expect(await look()).toMatch(/^Active \| Isolated \| CPU: \d+% \| Memory: \d+\.\dGB \| Disk: \d+\.\dGB\n$/)
    expect(readStatuses(world.state)).toMatchObject([
      {
        project: world.project,
        firewallStrict: true,
        caps: { cpuPercent: 80, memoryBytes: 4 * 1024 ** 3, diskWriteBytes: 1024 ** 3 },
      },
    ])
    child.stdin.end('a line\n')
    expect(await end(child)).toBe(42)
    expect(stdout()).toBe('got a line\n')
    expect(stderr()).toContain(`sandbox_path_blocked: `)
    expect(stderr()).toContain('/usr/x, to write')
    expect(await look()).toBe('Inactive | None runs now | CPU: 0% | Memory: 0.0GB | Disk: 0.0GB\n')
  })

  test('a command that does not end when it is asked is ended, and the exit code says by which signal', async () => {
    const env = { ...process.env, COUNTERSIGN_HOME: world.countersignHome, HOME: world.person }
    const words = [
      'sandbox',
      '--allow-root',
      '--',
      'sh',
      '-c',
      'trap "" INT TERM; echo ready; while :; do sleep 0.05; done',
    ]
    const child = spawn(process.execPath, [cli, ...words], { cwd: world.project, env })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.kill('SIGINT')
    expect(await ended).toBe(137)
    expect(readStatuses(world.state)).toEqual([])
  })

  test('as root it refuses unless it is told otherwise', async () => {
    const { openSandbox } = await import('#host-agent/sandbox/sandbox.ts')
    const opened = world.open({ allowRoot: false, hostEnvironment: { PATH: process.env.PATH } })
    if (process.getuid?.() === 0) await expect(opened).rejects.toThrow('sandbox_root_refused')
    else expect((await opened).status().isIsolated).toBe(true)
    expect(openSandbox).toBeTypeOf('function')
  })

  test('the line of several sandboxes is their sum, and isolated only where each one is', () => {
    const one = {
      id: 'a',
      project: '/p',
      isIsolated: true,
      firewallStrict: true,
      cpuPercent: 44.6,
      memoryBytes: 2.1 * 1024 ** 3,
      diskWriteBytes: 0.2 * 1024 ** 3,
      processes: 3,
      caps: { cpuPercent: null, memoryBytes: null, diskWriteBytes: null },
      heldBy: 'monitor',
      violations: 0,
    }
    expect(statusLine(summarize([one]))).toBe('Active | Isolated | CPU: 45% | Memory: 2.1GB | Disk: 0.2GB')
    expect(statusLine(summarize([one, { ...one, isIsolated: false }]))).toBe(
      'Active | Not isolated | CPU: 89% | Memory: 4.2GB | Disk: 0.4GB',
    )
  })
})
