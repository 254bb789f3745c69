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

test.each([
  [['hook', 'claude-code']],
  [['hook', 'claude-code', '--install', '--uninstall']],
  [['finish', 'tsk_1', 'perhaps']],
  [['host', '--no-sandbox', '--max-cpu', '80']],
  [['sandbox', '--max-memory', '999999999999GB', '--', 'true']],
  [['sandbox', '--read', '', '--', 'true']],
  [['task', ' ']],
])('a line that only the verb can judge is a wrong one too: %j ends with 2', (words) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...words], { encoding: 'utf8', env })
  expect(stderr).toMatch(/^usage: /)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
})

test.each([
  [['--allow', 'a b'], 'usage', 'a b'],
  [['--read', '/nowhere/at/all'], 'sandbox_path_blocked', '/nowhere/at/all does not exist'],
  [['--write', home], 'sandbox_path_blocked', `${home} would open`],
  [['--policy', '/nowhere/at/all.yaml'], 'policy_invalid', '/nowhere/at/all.yaml is not there'],
])(
  'a host with a slip in %j does not start: it would work without the sandbox, or by other rules',
  (words, code, detail) => {
    const project = mkdtempSync(join(tmpdir(), 'countersign-project-'))
    try {
      const fresh = { ...env, COUNTERSIGN_HOME: home }
      const line = ['host', '--relay', 'http://127.0.0.1:9', '--agent', 'command', '--project', project, ...words]
      // A host that starts stays, and is ended here.
      const ended = spawnSync(process.execPath, [cli, ...line], { encoding: 'utf8', env: fresh, timeout: 20_000 })
      expect(ended.stderr).toContain(`${code}: `)
      expect(ended.stderr).toContain(detail)
      expect(ended.status).toBe(code === 'usage' ? 2 : 1)
    } finally {
      rmSync(project, { recursive: true, force: true })
    }
  },
)
