import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Fact, Program } from '../../scripts/program.ts'
import { startProgram } from '../../scripts/program.ts'
import { until } from '../support/wait.ts'

const home = mkdtempSync(join(tmpdir(), 'countersign-crash-home-'))
const project = mkdtempSync(join(tmpdir(), 'countersign-crash-project-'))
const running = new Set<Program>()

function start(args: string[]): Program {
  const program = startProgram(args, { env: { ...process.env, COUNTERSIGN_HOME: home } })
  running.add(program)
  void program.ended.then(() => running.delete(program))
  return program
}
const run = async (args: string[]): Promise<readonly Fact[]> => {
  const program = start(args)
  await program.ended
  return program.facts
}
const is = (event: string, state?: string) => (fact: Fact) =>
  fact.event === event && (state === undefined || fact.state === state)

afterAll(async () => {
  for (const program of running) await program.kill()
  for (const path of [home, project]) rmSync(path, { recursive: true, force: true })
})

/** Processes of this machine that have this word on their command line. */
const runningWith = (word: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(word)
      } catch {
        return false
      }
    })

const journal = (): string => readFileSync(join(home, 'host/journal.jsonl'), 'utf8')

test('kill -9 of the host agent between CONSUME and the result: it is indeterminate, said to be, and never run again', async () => {
  execFileSync('git', ['init', '--quiet', project])
  const relay = start(['up', '--port', '0'])
  const origin = String((await relay.fact(is('relay', 'ready'))).origin)
  const startHost = () => start(['host', '--relay', origin, '--project', project, '--agent', 'command'])
  const first = startHost()
  const { link } = await first.fact(is('offer'))
  const device = start(['device', 'pair', String(link), '--label', 'a terminal', '--person', 'Ada'])
  const { code } = await device.fact(is('code'))
  await first.fact(is('locked'))
  first.type(String(code))
  expect(await device.ended).toBe(0)
  await first.fact(is('connection', 'online'))

  const long = `60${String(process.pid).padStart(6, '0')}.5`
  const task = start(['task', '--follow', `sleep ${long}`])
  const { approval } = await task.fact(is('approval', 'pending'))
  const tapped = start(['approve', String(approval)])
  await until(() => journal().includes('"type":"consume"') && runningWith(long).length > 0, {
    what: 'the command to run',
  })
  await first.kill()
  await tapped.ended
  await until(() => runningWith(long).length === 0, { what: 'the command to end with its host agent' })
  expect(journal()).not.toContain('"type":"result"')

  const second = startHost()
  await second.fact(is('connection', 'online'))
  expect(await task.ended).not.toBe(0)
  const [record] = await run(['audit', 'show', String(approval)])
  expect(record).toMatchObject({ result: { outcome: 'indeterminate', exitCode: null } })
  expect(journal().match(/"type":"consume"/g)).toHaveLength(1)
  expect(await run(['audit', 'verify'])).toMatchObject([{ whole: true }])
})
