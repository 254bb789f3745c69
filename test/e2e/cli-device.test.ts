import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Program } from '../../scripts/program.ts'
import { startProgram } from '../../scripts/program.ts'
import { scriptedAgent } from '../support/agents/host-world.ts'

// What a phone can do with tasks and hosts, from a terminal that is a device: real programs around a relay on loopback.
const home = mkdtempSync(join(tmpdir(), 'countersign-home-'))
const project = mkdtempSync(join(tmpdir(), 'countersign-project-'))
const running: Program[] = []
const start = (...args: string[]): Program => {
  const program = startProgram(args, { env: { ...process.env, COUNTERSIGN_HOME: home } })
  running.push(program)
  return program
}
async function run(...args: string[]) {
  const program = start(...args)
  return { code: await program.ended, facts: program.facts }
}
let host: Program

beforeAll(async () => {
  const relay = start('up', '--port', '0')
  const { origin } = await relay.fact(({ event, state }) => event === 'relay' && state === 'ready')
  const command = `${process.execPath} ${scriptedAgent} --state ${join(home, 'agent')} --lists`
  host = start(
    'host',
    '--relay',
    String(origin),
    '--project',
    project,
    '--agent-command',
    command,
    '--name',
    'desk',
    '--no-sandbox',
    '--allow-unproven',
  )
  await host.fact(({ event, state }) => event === 'host' && state === 'ready')
  const { link } = await host.fact(({ event }) => event === 'offer')
  const device = start('device', 'pair', String(link), '--label', 'a terminal', '--person', 'Ada')
  const { code } = await device.fact(({ event }) => event === 'code')
  await host.fact(({ event }) => event === 'locked')
  host.type(String(code))
  expect(await device.ended).toBe(0)
})
afterAll(async () => {
  for (const program of running) await program.kill()
  for (const folder of [home, project]) rmSync(folder, { recursive: true, force: true })
})

test('lists an agent’s sessions and goes on in one of them; what can’t be listed is said by its code', async () => {
  expect((await run('task', '--in-place', '--follow', 'Say it [[act:say]]')).code).toBe(0)
  const { code, facts } = await run('sessions', '--agent', 'custom')
  expect(code).toBe(0)
  const [session] = facts.filter(({ event }) => event === 'session')
  expect(session).toMatchObject({ agent: 'custom', title: 'Say it [[act:say]]' })
  const again = await run('task', '--follow', '--session', String(session?.session), 'And more [[act:say]]')
  expect(again.code).toBe(0)
  const unknown = await run('task', '--follow', '--session', 'gone', 'And more')
  expect(unknown.facts).toContainEqual(expect.objectContaining({ state: 'rejected', code: 'session_unknown' }))
  const none = await run('sessions', '--agent', 'command')
  expect(none.facts).toContainEqual(expect.objectContaining({ code: 'sessions_unsupported' }))
})

test('lists hosts and tasks, shows a log so far, says a word, ends it, and stops the host', async () => {
  const hosts = await run('hosts')
  expect(hosts.facts).toContainEqual(expect.objectContaining({ event: 'host', name: 'desk', online: true }))
  const asked = await run('task', '--in-place', 'Wait [[act:slow]]')
  const id = String(asked.facts.find(({ event }) => event === 'task')?.task)
  const follow = start('show', id, '--follow')
  await follow.fact(({ event, role }) => event === 'message' && role === 'agent')
  expect((await run('tasks')).facts).toContainEqual(
    expect.objectContaining({ event: 'task', task: id, state: 'working' }),
  )
  expect((await run('tasks', '--host', 'nowhere')).facts).toContainEqual(
    expect.objectContaining({ code: 'host_not_found' }),
  )
  const soFar = await run('show', id)
  expect(soFar.code).toBe(0)
  expect(soFar.facts.map(({ event }) => event)).toEqual(expect.arrayContaining(['title', 'message']))
  expect((await run('say', id, 'and', 'then?')).code).toBe(0)
  await follow.fact(({ event, role, text }) => event === 'message' && role === 'person' && text === 'and then?')
  for (const verb of ['interrupt', 'resume'])
    expect((await run(verb, id)).facts).toContainEqual(expect.objectContaining({ kind: verb }))
  expect((await run('cancel', id)).code).toBe(0)
  expect(await follow.ended).toBe(1)
  expect((await run('show', 'tsk_01KSR49BWXZPBY9JGJ84MWSZKN')).facts).toContainEqual(
    expect.objectContaining({ code: 'task_not_found' }),
  )
  expect((await run('stop', '--host', 'desk')).code).toBe(0)
  const refused = await run('task', '--follow', '--in-place', 'Again [[act:say]]')
  expect(refused.facts).toContainEqual(
    expect.objectContaining({ event: 'state', state: 'rejected', code: 'host_locked' }),
  )
})
