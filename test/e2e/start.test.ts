import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startProgram } from '../../scripts/program.ts'
import { createChanges, until } from '../support/wait.ts'

const root = join(import.meta.dirname, '../..')
const home = mkdtempSync(join(tmpdir(), 'countersign-start-'))
const project = mkdtempSync(join(tmpdir(), 'countersign-project-'))
const env = { ...process.env, COUNTERSIGN_HOME: home }
const started: ChildProcess[] = []

afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
  for (const path of [home, project]) rmSync(path, { recursive: true, force: true })
})

/** `npm start` as it is in package.json, and what it says. */
function npmStart(port: number) {
  const child = spawn(
    process.execPath,
    ['scripts/bootstrap.mjs', 'scripts/start.ts', '--port', String(port), '--project', project, '--agent', 'command'],
    {
      cwd: root,
      env,
    },
  )
  started.push(child)
  const changes = createChanges()
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (words: Buffer) => {
      said += words
      changes.changed()
    })
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    says: (pattern: RegExp) =>
      until(() => pattern.exec(said)?.[0], { what: () => `${pattern} in:\n${said}`, timeoutMs: 120_000, on: changes }),
    type: (line: string) => void child.stdin.write(`${line}\n`),
    async stop() {
      child.kill('SIGINT')
      return ended
    },
  }
}

const run = (...args: string[]) => startProgram(args, { env })

test('npm start prints one link, pairs, stops on Ctrl-C, and finds everything again, the open approval included', async () => {
  execFileSync('git', ['init', '--quiet', project])
  const port = await freePort()
  const first = npmStart(port)
  const link = await first.says(/http:\/\/localhost:\d+\/p#[\w-]+/)
  const device = run('device', 'pair', link)
  const { code } = await device.fact(({ event }) => event === 'code')
  await first.says(/Type here the six digits/)
  first.type(String(code))
  expect(await device.ended).toBe(0)
  await first.says(/Paired\./)
  const page = await fetch(`http://localhost:${port}/`)
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)

  const task = run('task', '--follow', 'touch released.txt')
  const { approval } = await task.fact(({ event, state }) => event === 'approval' && state === 'pending')
  expect(await first.stop()).toBe(0)
  await expect(fetch(`http://localhost:${port}/`)).rejects.toThrow()

  const second = npmStart(port)
  await second.says(/Open the app:\s+http:\/\/localhost:\d+\/\n/)
  const list = run('approvals')
  await list.ended
  expect(list.facts).toMatchObject([{ approval, state: 'open' }])
  const answered = run('approve', String(approval))
  expect(await answered.ended).toBe(0)
  expect(await task.ended).toBe(0)
  expect(existsSync(join(project, 'released.txt'))).toBe(true)
  expect(await second.stop()).toBe(0)
})

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
