import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Fact, Program } from '../../scripts/program.ts'
import { startProgram } from '../../scripts/program.ts'

const home = mkdtempSync(join(tmpdir(), 'countersign-reset-home-'))
const phone = mkdtempSync(join(tmpdir(), 'countersign-reset-phone-'))
const project = mkdtempSync(join(tmpdir(), 'countersign-reset-project-'))
const running = new Set<Program>()

function start(args: string[], at = home): Program {
  const program = startProgram(args, { env: { ...process.env, COUNTERSIGN_HOME: at } })
  running.add(program)
  void program.ended.then(() => running.delete(program))
  return program
}
const run = async (args: string[], at = home): Promise<{ code: number | null; facts: readonly Fact[] }> => {
  const program = start(args, at)
  return { code: await program.ended, facts: program.facts }
}
const is = (event: string, state?: string) => (fact: Fact) =>
  fact.event === event && (state === undefined || fact.state === state)

afterAll(async () => {
  for (const program of running) await program.kill()
  for (const path of [home, phone, project]) rmSync(path, { recursive: true, force: true })
})

async function pair(host: Program, at: string): Promise<void> {
  const { link } = await host.fact(is('offer'))
  const device = start(['device', 'pair', String(link), '--label', 'a phone', '--person', 'Ada'], at)
  const { code } = await device.fact(is('code'))
  await host.fact(is('locked'))
  host.type(String(code))
  expect(await device.ended).toBe(0)
  await host.fact(is('connection', 'online'))
}

test('an owner whose only phone is lost leaves the team at the host: nothing old is released, and a new phone founds a new one', async () => {
  execFileSync('git', ['init', '--quiet', project])
  const relay = start(['up', '--port', '0'])
  const origin = String((await relay.fact(is('relay', 'ready'))).origin)
  const startHost = () => start(['host', '--relay', origin, '--project', project, '--agent', 'command', '--no-sandbox'])
  const first = startHost()
  await pair(first, phone)
  const before = (await run(['team', 'show'])).facts
  expect(before.filter(is('device'))).toMatchObject([{ label: 'a phone', role: 'owner' }])
  const task = start(['task', '--follow', 'touch old'], phone)
  const { approval } = await task.fact(is('approval', 'pending'))

  const wrong = start(['team', 'reset'])
  await wrong.fact(is('confirm'))
  wrong.type('no')
  expect(await wrong.ended).toBe(1)
  expect(existsSync(join(home, 'host/team.json'))).toBe(true)

  const reset = start(['team', 'reset'])
  await reset.fact(is('confirm'))
  reset.type('reset')
  expect(await reset.ended).toBe(0)
  expect(await first.ended).toBe(0)
  // Whoever finds the phone sees that it is over, and nothing it says counts.
  expect(await task.ended).not.toBe(0)
  expect(task.facts.some(is('state', 'canceled'))).toBe(true)
  expect((await run(['approve', String(approval)], phone)).code).toBe(1)
  const { aside } = await reset.fact(is('team', 'left'))
  const journal = readFileSync(join(String(aside), 'journal.jsonl'), 'utf8')
  expect(journal).not.toContain('"type":"consume"')
  expect(journal).toContain('"outcome":"canceled"')
  expect((await run(['team', 'show'])).facts).toMatchObject([{ event: 'refused', code: 'not_paired' }])

  const second = startHost()
  rmSync(phone, { recursive: true })
  await pair(second, phone)
  const after = (await run(['team', 'show'])).facts
  expect(after.find(is('team'))?.team).not.toBe(before.find(is('team'))?.team)
  const again = start(['task', '--follow', 'touch new'], phone)
  const asked = await again.fact(is('approval', 'pending'))
  expect((await run(['approve', String(asked.approval)], phone)).code).toBe(0)
  expect(await again.ended).toBe(0)
  expect([existsSync(join(project, 'old')), existsSync(join(project, 'new'))]).toEqual([false, true])
  // The claim code was for one team.
  expect(existsSync(join(home, 'relay/claim-wanted'))).toBe(false)
})
