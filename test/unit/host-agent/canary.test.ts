import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkAgents } from '#cli/doctor/check-agents.ts'
import { acpDriver } from '#host-agent/agents/acp.ts'
import { type AgentFacts, findAgent } from '#host-agent/agents/agents.ts'
import { checkAndKeep, findingFor } from '#host-agent/canary/findings.ts'
import { createGovernance } from '#host-agent/canary/governance.ts'
import { programFiles } from '#host-agent/canary/program-files.ts'
import { chooseDrivers } from '#host-agent/sessions/choose-drivers.ts'
import { systemClock } from '#link/clock.ts'

// A program in place of the agent's: it lies as npm lays it, with a package that it needs.
const facts = findAgent('gemini') as AgentFacts
let root: string
let program: string
let state: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'countersign-canary-test-'))
  state = join(root, 'host')
  program = join(root, 'bin/gemini')
  write('node_modules/gemini/package.json', '{"name":"gemini","version":"1.2.3","dependencies":{"needed":"1"}}')
  write('node_modules/needed/package.json', '{"name":"needed","version":"1.0.0"}')
  write('node_modules/needed/index.js', 'one')
  write('node_modules/other/package.json', '{"name":"other","version":"1.0.0"}')
  write('node_modules/gemini/main', '#!/bin/sh\nexit 1\n', 0o755)
  mkdirSync(join(root, 'bin'))
  symlinkSync('../node_modules/gemini/main', program)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, content: string, mode = 0o644): void {
  mkdirSync(join(root, path, '..'), { recursive: true })
  rmSync(join(root, path), { force: true })
  writeFileSync(join(root, path), content, { mode })
}
const path = () => `${join(root, 'bin')}:/usr/bin:/bin`
const check = () => checkAndKeep(state, facts, program, { path: path(), now: 1_000 })

test('an agent is its package and what that needs, and nothing beside it', () => {
  const { version, paths } = programFiles(program)
  expect(version).toBe('1.2.3')
  expect(paths.map((file) => file.slice(root.length + 1))).toEqual([
    'node_modules/gemini/main',
    'node_modules/gemini/package.json',
    'node_modules/needed/index.js',
    'node_modules/needed/package.json',
  ])
})

test('a program that does not come so far as to ask is unproven, and that is kept', async () => {
  expect(await findingFor(state, facts, program)).toBeNull()
  expect(await check()).toMatchObject({ found: 'unproven' })
  expect(await findingFor(state, facts, program)).toMatchObject({ found: 'unproven', at: 1_000 })
})

test('a finding holds for this content of all its files, however often they are written, and for these settings', async () => {
  await check()
  write('node_modules/needed/index.js', 'one')
  expect(await findingFor(state, facts, program)).not.toBeNull()
  expect(await findingFor(state, { ...facts, mode: 'yolo' }, program)).toBeNull()
  write('node_modules/needed/index.js', 'two')
  expect(await findingFor(state, facts, program)).toBeNull()
})

test('findings that can’t be read are none', async () => {
  await check()
  writeFileSync(join(state, 'agents.json'), '{"gemini":{"found":"asks"}}')
  expect(await findingFor(state, facts, program)).toBeNull()
})

test('one that acts without asking is found out and not offered; another version of it is', async () => {
  write('node_modules/gemini/main', '#!/bin/sh\nmkdir canary-ran\n', 0o755)
  expect(await check()).toMatchObject({ found: 'acts' })
  const options = { agent: 'gemini', folder: state }
  expect(await chooseDrivers(options, { PATH: path() })).toMatchObject({ ok: false, code: 'agent_ungoverned' })
  const rest = await chooseDrivers({ folder: state }, { PATH: path() })
  expect(rest.ok && rest.value.map(({ name }) => name)).not.toContain('gemini')
  write('node_modules/gemini/main', '#!/bin/sh\nexit 2\n', 0o755)
  expect(await chooseDrivers(options, { PATH: path() })).toMatchObject({ ok: true })
})

test('the doctor says of each agent what was found, and what is not there', async () => {
  const say = () => checkAgents({ PATH: path() }, state, true)
  expect(await say()).toContainEqual(expect.objectContaining({ name: 'agent gemini', state: 'absent' }))
  write('node_modules/gemini/main', '#!/bin/sh\nmkdir canary-ran\n', 0o755)
  await check()
  expect(await say()).toContainEqual(expect.objectContaining({ name: 'agent gemini', state: 'wrong' }))
  expect(await checkAgents({ PATH: '/nowhere' }, state, true)).toMatchObject([
    { name: 'git', state: 'wrong' },
    { name: 'agents', state: 'absent' },
  ])
})

describe('before a session begins', () => {
  const driver = acpDriver(facts)
  function governance(isIsolated: boolean, allowUnproven = false) {
    const told = { changes: 0 }
    const open = createGovernance({
      folder: state,
      path: path(),
      drivers: [driver],
      isIsolated,
      allowUnproven,
      clock: systemClock,
      log() {},
      changed() {
        told.changes += 1
      },
    })
    return { ...open, told }
  }
  /** As if the canary had found that this very program asks. */
  async function seenToAsk(): Promise<void> {
    await check()
    const file = join(state, 'agents.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"unproven"', '"asks"'))
  }

  test('one that was seen to ask begins without a word', async () => {
    await seenToAsk()
    const said: string[] = []
    expect(await governance(false).admit(driver, (words) => said.push(words))).toBeNull()
    expect(said).toEqual([])
  })

  test('another program under its name is tried out first, and one that acts is refused, sandbox or not', async () => {
    await seenToAsk()
    write('node_modules/gemini/main', '#!/bin/sh\nmkdir canary-ran\n', 0o755)
    const said: string[] = []
    const open = governance(false)
    expect(await open.admit(driver, (words) => said.push(words))).toMatchObject({ code: 'agent_ungoverned' })
    expect(said.join()).toContain('tried out first')
    expect(await governance(true, true).admit(driver, () => {})).toMatchObject({ code: 'agent_ungoverned' })
  })

  test('one that could not be seen to ask begins only where a sandbox holds it, or the person at the host lets it', async () => {
    await check()
    const said: string[] = []
    expect(await governance(false).admit(driver, () => {})).toMatchObject({ code: 'agent_unproven' })
    expect(await governance(true).admit(driver, (words) => said.push(words))).toBeNull()
    expect(said.join()).toContain('its sandbox alone holds it')
    expect(await governance(false, true).admit(driver, () => {})).toBeNull()
  })

  test('in a sandbox nobody waits for the check, which goes on beside it', async () => {
    const open = governance(true)
    expect(await open.admit(driver, () => {})).toBeNull()
    await expect.poll(() => findingFor(state, facts, program), { timeout: 20_000 }).toMatchObject({ found: 'unproven' })
  })

  test('a host that begins tries out what it has, once, and tells of it', async () => {
    const open = governance(false)
    await open.begin()
    expect(open.known().get('gemini')).toMatchObject({ is: 'unproven', version: '1.2.3' })
    expect(open.told.changes).toBe(2)
    const { checkedAt } = open.known().get('gemini') ?? {}
    const again = governance(false)
    await again.begin()
    expect(again.known().get('gemini')).toMatchObject({ checkedAt })
  })

  test('a host that ends breaks its check off and keeps nothing of it', async () => {
    write('node_modules/gemini/main', '#!/bin/sh\nsleep 60\n', 0o755)
    const open = governance(false)
    const begun = open.begin()
    open.close()
    await begun
    expect(await findingFor(state, facts, program)).toBeNull()
  })
})
