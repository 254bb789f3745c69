import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const home = mkdtempSync(join(tmpdir(), 'countersign-program-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const cli = join(import.meta.dirname, '../../../cli/main.ts')
const env = { PATH: process.env.PATH, COUNTERSIGN_HOME: home }
const run = (...args: string[]) => {
  const { status, stdout } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', env })
  return { status, ...JSON.parse(stdout) }
}

test('the id of a key that begins like an option is an id all the same', () => {
  const id = `-${'aB3_-9'.repeat(7)}`
  expect(run('team', 'remove', id, '--json')).toMatchObject({ status: 1, code: 'not_paired' })
  expect(run('team', 'remove', '-x', '--json')).toMatchObject({ status: 2, code: 'usage' })
})

test('the doctor names the file and the line of a mistake', () => {
  mkdirSync(join(home, 'host'), { recursive: true, mode: 0o700 })
  const look = () => {
    const { stdout } = spawnSync(process.execPath, [cli, 'doctor', '--json'], { encoding: 'utf8', env })
    const facts = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; state: string; detail: string })
    return facts.find(({ name }) => name === 'models file')
  }
  expect(look()).toBeUndefined()
  writeFileSync(join(home, 'host/models.yaml'), 'version: 1\nroutes:\n  - nam: quick\n')
  expect(look()).toMatchObject({ state: 'wrong', detail: expect.stringContaining('models.yaml: line 3') })
  writeFileSync(join(home, 'host/models.yaml'), 'version: 1\n')
  expect(look()).toMatchObject({ state: 'good' })
})

test('a reader that goes away, as head does, is no fault of the program', async () => {
  const help = spawn(process.execPath, [cli, '--help'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  help.stdout.destroy()
  const said: string[] = []
  help.stderr.on('data', (text: Buffer) => said.push(String(text)))
  const [code] = await once(help, 'close')
  expect(said.join('')).toBe('')
  expect(code).toBe(0)
})
