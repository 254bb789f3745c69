import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { availableParallelism, homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Caps } from '#host-agent/sandbox/caps/caps.ts'
import type { SandboxOptions } from '#host-agent/sandbox/sandbox.ts'
import { suite } from '../support/needs.ts'
import { makeWorld, run, start, type World } from '../support/sandbox/world.ts'

const mega = 1024 ** 2
/** Whether the kernel's groups can be had here: where they can't, their tests are skipped by name and not passed by the monitor. */
const hasGroups =
  ['memory', 'cgroup.subtree_control'].some((name) => isWritable(join('/sys/fs/cgroup', name))) ||
  (existsSync('/usr/bin/systemd-run') && process.env.XDG_RUNTIME_DIR !== undefined)
const holders: readonly { by: string; options: Pick<SandboxOptions, 'capsBy'>; share: number; can: boolean }[] = [
  {
    by: `the kernel’s groups${hasGroups ? '' : ' (needs a writable cgroup)'}`,
    options: {},
    share: 0.1,
    can: hasGroups,
  },
  { by: 'the monitor alone', options: { capsBy: 'monitor' }, share: 0.12, can: true },
]

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
const none: Caps = { cpuPercent: null, memoryBytes: null, diskWriteBytes: null }

suite('caps', { needs: ['bwrap', 'socat', 'git'] }, () => {
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
  const codes = () => [...new Set(world.violations.map(({ code }) => code))]

  describe.each(holders)('held by $by', ({ options, share, can }) => {
    describe.skipIf(!can).each([1, 2, 3])('run %i', () => {
      const isWithin = (value: number, cap: number) => {
        expect(value).toBeLessThanOrEqual(cap * (1 + share))
        expect(value).toBeGreaterThanOrEqual(cap * (1 - share))
      }
      async function open(caps: Partial<Caps>) {
        const sandbox = await world.open({ ...options, network: 'none', caps: { ...none, ...caps } })
        const { heldBy } = sandbox.status()
        if (options.capsBy === 'monitor') expect(heldBy).toBe('monitor')
        else expect(heldBy).toMatch(/^cgroup/)
        return sandbox
      }

      test('memory of several processes together', async () => {
        const sandbox = await open({ memoryBytes: 1024 * mega })
        // Each stays below its own limit and says its letter for every megabyte; the capital one when it was ended.
        const script = `perl -e '$| = 1; my %p; for my $n ("a", "b") { my $p = fork; unless ($p) { my @a; for (1..960) { push @a, "x" x 1048576; print $n } sleep 5; exit } $p{$p} = $n } while ((my $p = wait) > 0) { print uc $p{$p} if $? } '`
        const { stdout } = await run(sandbox, script)
        expect(codes()).toEqual(['sandbox_memory_exceeded'])
        // Up to the last word of the one that was ended first: the other goes on meanwhile. The monitor ends all at once.
        const ended = /[AB]/.exec(stdout)?.[0].toLowerCase()
        const words = ended === undefined ? stdout : stdout.slice(0, stdout.lastIndexOf(ended) + 1)
        const before = words.replace(/[AB]/g, '').length
        isWithin(before, 1024)
      })

      test('memory of one process', async () => {
        const sandbox = await open({ memoryBytes: 1024 * mega })
        const { stdout, code } = await run(
          sandbox,
          `perl -e '$| = 1; my @a; for (1..1400) { push @a, "x" x 1048576; print "+" }'`,
        )
        expect(code).not.toBe(0)
        expect(codes()).toEqual(['sandbox_memory_exceeded'])
        isWithin(stdout.length, 1024)
      })

      test('memory of a command whose parent lives on is told at once', async () => {
        const sandbox = await open({ memoryBytes: 1024 * mega })
        const half = 'unless (fork) { my @a; push @a, "x" x 1048576 for 1..700; sleep 600; exit }'
        const { process, result } = await start(sandbox, [
          '/usr/bin/perl',
          '-e',
          `for (1..2) { ${half} } wait; sleep 600`,
        ])
        await expect.poll(codes, { timeout: 60_000 }).toEqual(['sandbox_memory_exceeded'])
        await process.kill(0)
        await result
        expect(world.violations).toHaveLength(1)
      })

      test('bytes written, also when they are deleted again', async () => {
        const sandbox = await open({ diskWriteBytes: 1024 * mega })
        const { stdout } = await run(
          sandbox,
          'n=0; while [ $n -lt 80 ]; do dd if=/dev/zero of=src/f bs=1M count=20 2>/dev/null && rm src/f; n=$((n+1)); echo $((n*20)); done',
        )
        expect(codes()).toEqual(['sandbox_disk_exceeded'])
        isWithin(Number(stdout.trim().split('\n').at(-1)), 1024)
        expect(await sandbox.spawn(['/bin/true'], { env: {}, stdio: 'ignore' })).toMatchObject({
          ok: false,
          code: 'sandbox_disk_exceeded',
        })
      })

      test('bytes written by several processes at once, and in one file', async () => {
        const many = await open({ diskWriteBytes: 1024 * mega })
        await run(many, 'for i in 1 2 3 4; do dd if=/dev/zero of=src/f$i bs=1M count=500 2>/dev/null & done; wait')
        const sizes = readdirSync(join(world.project, 'src')).map(
          (name) => statSync(join(world.project, 'src', name)).size,
        )
        expect(codes()).toEqual(['sandbox_disk_exceeded'])
        isWithin(
          sizes.reduce((sum, size) => sum + size, 0),
          1024 * mega,
        )

        world.violations.length = 0
        const one = await open({ diskWriteBytes: 100 * mega })
        await run(one, 'dd if=/dev/zero of=src/one bs=1M count=400')
        expect(codes()).toEqual(['sandbox_disk_exceeded'])
        const { size } = statSync(join(world.project, 'src/one'))
        expect(size).toBeLessThanOrEqual(100 * mega)
        isWithin(size, 100 * mega)
      })

      test('the processor, also for what moved into the background', async () => {
        const sandbox = await open({ cpuPercent: 20 })
        // Per cent of all cores that four busy children used, by their own account, over four seconds.
        const busy = `my $t = time; for (1..4) { unless (fork) { setpgrp; 1 while time - $t < 4; exit } } wait for 1..4; my @t = times; printf "%.2f", 100 * ($t[2] + $t[3]) / (time - $t)`
        const command = `perl -MTime::HiRes=time -e '${busy}'`
        // A machine that is busy otherwise gives less than the cap: no more can be asked for than an open sandbox gets there.
        const free = Number((await run(await open({}), command)).stdout) / availableParallelism()
        const used = Number((await run(sandbox, command)).stdout) / availableParallelism()
        expect(used).toBeLessThanOrEqual(20 * (1 + share))
        expect(used).toBeGreaterThanOrEqual(Math.min(20, free / 2) * (1 - share))
        expect(codes()).toEqual([])
      })
    })
  })

  test('a program that hides what it writes is ended', async () => {
    const sandbox = await world.open({
      capsBy: 'monitor',
      network: 'none',
      caps: { ...none, diskWriteBytes: 200 * mega },
    })
    // A program that its user may not read can't be looked into: the kernel hides it.
    await run(
      sandbox,
      'cp /usr/bin/dd src/hidden; chmod 111 src/hidden; src/hidden if=/dev/zero of=src/f bs=1M count=150 2>/dev/null; sleep 1; echo survived',
    )
    if (process.getuid?.() === 0) expect(codes()).toEqual([])
    else expect(codes()).toEqual(['sandbox_disk_exceeded'])
  })
})
