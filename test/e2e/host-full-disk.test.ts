import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { suite } from '#test/support/needs.ts'

const script = join(import.meta.dirname, '../support/agents/on-full-disk.ts')

suite('a host whose disk is full', { needs: ['bwrap', 'git'] }, () => {
  test('releases nothing that it can’t write down, says so, and goes on by itself when there is room', async () => {
    const disk = ['--dev-bind', '/', '/', '--size', String(4 * 1024 ** 2), '--tmpfs', '/mnt']
    const words = [...disk, '--die-with-parent', '--', process.execPath, script, '/mnt']
    const child = spawn('bwrap', words, { stdio: ['ignore', 'pipe', 'pipe'] })
    const [said, failed] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    expect(failed).toBe('')
    const { whileFull, after, other } = JSON.parse(said)
    expect(whileFull).toEqual({ made: false, receipt: null })
    expect(after).toMatchObject({ ended: 'completed', made: true, receipt: 'released' })
    expect(after.notices).toContain('disk_full')
    expect(other).toBe('canceled')
  }, 120_000)
})
