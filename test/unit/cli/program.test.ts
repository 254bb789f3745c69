import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const home = mkdtempSync(join(tmpdir(), 'countersign-program-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const run = (...args: string[]) => {
  const cli = join(import.meta.dirname, '../../../cli/main.ts')
  const env = { PATH: process.env.PATH, COUNTERSIGN_HOME: home }
  const { status, stdout } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', env })
  return { status, ...JSON.parse(stdout) }
}

test('the id of a key that begins like an option is an id all the same', () => {
  const id = `-${'aB3_-9'.repeat(7)}`
  expect(run('team', 'remove', id, '--json')).toMatchObject({ status: 1, code: 'not_paired' })
  expect(run('team', 'remove', '-x', '--json')).toMatchObject({ status: 2, code: 'usage' })
})
