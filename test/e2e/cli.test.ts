import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Fact, Program } from '../../scripts/program.ts'
import { startProgram } from '../../scripts/program.ts'

const root = join(import.meta.dirname, '../..')
const folders: string[] = []
const running = new Set<Program>()

function folder(name: string): string {
  const made = mkdtempSync(join(tmpdir(), `countersign-${name}-`))
  folders.push(made)
  return made
}

const home = folder('home')
const project = folder('project')

/** As people start it: host and relay in one piece. */
function start(args: string[], at = home): Program {
  const program = startProgram(args, { asInstalled: true, env: { ...process.env, COUNTERSIGN_HOME: at } })
  running.add(program)
  void program.ended.then(() => running.delete(program))
  return program
}

/** Runs a verb to its end. */
async function run(args: string[], at = home): Promise<{ code: number | null; facts: readonly Fact[] }> {
  const program = start(args, at)
  return { code: await program.ended, facts: program.facts }
}

const is = (event: string, state?: string) => (fact: Fact) =>
  fact.event === event && (state === undefined || fact.state === state)

async function pair(at: string, host: Program, link: string): Promise<Program> {
  const device = start(['device', 'pair', link, '--label', 'a terminal', '--person', 'Ada'], at)
  const { code } = await device.fact(is('code'))
  await host.fact(is('locked'))
  host.type(String(code))
  return device
}

afterAll(async () => {
  for (const program of running) await program.kill()
  for (const path of folders) rmSync(path, { recursive: true, force: true })
})

describe('a command line', () => {
  const cli = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'cli/countersign.mjs'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, COUNTERSIGN_HOME: join(home, 'nobody') },
    })

  test.each([
    [[]],
    [['up']],
    [['host']],
    [['pair']],
    [['device']],
    [['device', 'pair']],
    [['task']],
    [['approvals']],
    [['approve']],
    [['deny']],
    [['doctor']],
  ])('%j answers --help', (verb) => {
    const { status, stdout } = cli(...verb, '--help')
    expect(status).toBe(0)
    expect(stdout).toContain('Usage: countersign')
  })

  test.each([
    [['nonsense']],
    [[]],
    [['approve']],
    [['up', '--port', 'many']],
    [['up', '--port', '70000']],
    [['host', '--relay', 'ftp://x']],
    [['deny', 'apr_1', '--reason', 'x'.repeat(501)]],
    [['approvals', '--colour']],
  ])('%j is a wrong one: code usage, exit code 2', (args) => {
    const { status, stderr, stdout } = cli(...args)
    expect(status).toBe(2)
    expect(stderr).toMatch(/^usage: /)
    expect(stdout).toBe('')
  })

  test('with --json a refusal is a line of facts too', () => {
    const { status, stdout } = cli('approvals', '--json')
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ event: 'refused', code: 'not_paired' })
  })

  test.each([
    [['task', 'hello'], 'not_paired'],
    [['approve', 'apr_1'], 'not_paired'],
    [['pair'], 'host_not_running'],
    [['device', 'pair', 'http://localhost/p#nonsense'], 'pairing_link_invalid'],
    [['host', '--project', '/nonexistent'], 'project_invalid'],
    [['host', '--agent', 'nobody'], 'agent_unknown'],
  ])('%j without anything is refused with %s', (args, code) => {
    const { status, stderr } = cli(...args)
    expect(stderr).toMatch(new RegExp(`^${code}: `, 'm'))
    expect(status).toBe(1)
  })
})

describe('a relay, a host and terminals as devices', () => {
  let relay: Program
  let host: Program
  let origin = ''
  const startHost = () => start(['host', '--relay', origin, '--project', project, '--agent', 'command'])

  beforeAll(async () => {
    execFileSync('git', ['init', '--quiet', project])
    relay = start(['up', '--port', '0'])
    origin = String((await relay.fact(is('relay', 'ready'))).origin)
    host = startHost()
    const { link } = await host.fact(is('offer'))
    const device = await pair(home, host, String(link))
    expect(await device.ended).toBe(0)
    await host.fact(is('connection', 'online'))
  })

  test('keys and state are for their owner only', () => {
    for (const path of ['', 'relay', 'host', 'device']) expect(statSync(join(home, path)).mode & 0o077).toBe(0)
    for (const path of ['host/keys.json', 'device/keys.json'])
      expect(statSync(join(home, path)).mode & 0o777).toBe(0o600)
  })

  test('a task is followed, approved from another terminal, and runs', async () => {
    const task = start(['task', '--follow', 'echo one > approved.txt'])
    const { approval } = await task.fact(is('approval', 'pending'))
    expect(existsSync(join(project, 'approved.txt'))).toBe(false)
    const list = await run(['approvals'])
    expect(list.facts).toMatchObject([
      { event: 'approval', approval, state: 'open', operation: { command: 'echo one > approved.txt' } },
    ])
    const answered = await run(['approve', String(approval)])
    expect(answered.code).toBe(0)
    expect(answered.facts.map(({ event }) => event)).toEqual(['approval', 'decision', 'receipt'])
    expect(answered.facts[0]).toMatchObject({ approval, operation: { command: 'echo one > approved.txt' } })
    expect(answered.facts[2]).toMatchObject({ outcome: expect.stringMatching(/^(released|executed)$/) })
    expect(await task.ended).toBe(0)
    expect(readFileSync(join(project, 'approved.txt'), 'utf8')).toBe('one\n')
    expect(task.facts.filter(is('state')).map(({ state }) => state)).toEqual([
      'working',
      'input-required',
      'working',
      'completed',
    ])
  })

  test('a denied task does not run, and following it fails', async () => {
    const task = start(['task', '--follow', 'touch denied.txt'])
    const { approval } = await task.fact(is('approval', 'pending'))
    expect((await run(['deny', String(approval), '--reason', 'not today'])).code).toBe(0)
    expect(await task.ended).toBe(1)
    expect(existsSync(join(project, 'denied.txt'))).toBe(false)
    const again = await run(['approve', String(approval)])
    expect(again).toMatchObject({ code: 1, facts: [{ event: 'approval' }, { event: 'refused', code: 'conflict' }] })
  })

  test('what can’t be inspected is approved by a word after it was shown, with a reason; a report refuses it', async () => {
    const task = start(['task', '--follow', 'touch "$(echo read.txt)"'])
    const { approval } = await task.fact(is('approval', 'pending'))
    const unread = start(['approve', String(approval)])
    await unread.fact(is('confirm'))
    unread.type('yes')
    expect(await unread.ended).toBe(1)
    expect(unread.facts.at(-1)).toMatchObject({ code: 'decision_unread' })
    const approving = start(['approve', String(approval), '--reason', 'it names one file'])
    await approving.fact(is('confirm'))
    expect(approving.facts[0]).toMatchObject({ event: 'approval', operation: { command: 'touch "$(echo read.txt)"' } })
    approving.type('approve')
    expect(await approving.ended).toBe(0)
    expect(await task.ended).toBe(0)
    expect(existsSync(join(project, 'read.txt'))).toBe(true)

    const spam = start(['task', '--follow', 'touch reported.txt'])
    const asked = await spam.fact(is('approval', 'pending'))
    const reported = await run(['report', String(asked.approval), '--reason', 'never'])
    expect(reported.code).toBe(0)
    expect(reported.facts.find(is('decision'))).toMatchObject({ answer: 'report', state: 'sent' })
    expect(await spam.ended).toBe(1)
    expect(existsSync(join(project, 'reported.txt'))).toBe(false)
  })

  test('a tap while the host is away is said to wait, and is applied when it is back, once', async () => {
    const task = start(['task', '--follow', 'echo x >> waited.txt'])
    const { approval } = await task.fact(is('approval', 'pending'))
    await host.kill()
    const answered = await run(['approve', String(approval), '--wait', '1'])
    expect(answered.code).toBe(0)
    expect(answered.facts.at(-1)).toMatchObject({ event: 'waiting', state: 'sent' })
    host = startHost()
    expect(await task.ended).toBe(0)
    expect(readFileSync(join(project, 'waited.txt'), 'utf8')).toBe('x\n')
  })

  test('a tap while the relay is away is kept, and sent by the next command', async () => {
    const task = start(['task', '--follow', 'echo x >> kept.txt'])
    const { approval } = await task.fact(is('approval', 'pending'))
    // Seen once: without that, nothing verified is there to decide on.
    await run(['approvals'])
    await relay.kill()
    const answered = await run(['approve', String(approval), '--wait', '0'])
    expect(answered.code).toBe(0)
    expect(answered.facts.find(is('decision'))).toMatchObject({ state: 'kept' })
    relay = start(['up', '--port', new URL(origin).port])
    await relay.fact(is('relay', 'ready'))
    await run(['approvals'])
    expect(await task.ended).toBe(0)
    expect(readFileSync(join(project, 'kept.txt'), 'utf8')).toBe('x\n')
  })

  test('approvals --watch shows what comes and what becomes of it', async () => {
    const watch = start(['approvals', '--watch'])
    await watch.fact(is('connection', 'online'))
    const task = start(['task', '--follow', 'touch watched.txt'])
    const { approval } = await watch.fact((fact) => is('approval', 'open')(fact) && fact.decision === undefined)
    await run(['deny', String(approval)])
    await watch.fact((fact) => fact.approval === approval && fact.outcome === 'denied')
    await task.ended
    await watch.stop()
    expect(await watch.ended).toBe(0)
  })

  test('a second terminal is let in only by an owner, as an approver', async () => {
    const newcomer = folder('newcomer')
    const offering = start(['pair'])
    const { link } = await offering.fact(is('offer'))
    const device = await pair(newcomer, offering, String(link))
    await offering.fact(is('asking'))
    const { facts } = await run(['approvals'])
    expect(facts).toMatchObject([
      {
        operation: { kind: 'add-device', newcomer: { label: 'a terminal', rights: { role: 'approver', maxTier: 2 } } },
      },
    ])
    expect(await run(['approve', String(facts[0]?.approval)])).toMatchObject({
      code: 0,
      facts: [{ event: 'approval' }, { state: 'sent' }, { outcome: 'released' }],
    })
    expect(await device.ended).toBe(0)
    expect(await offering.ended).toBe(0)
    const task = start(['task', '--follow', 'touch by-newcomer.txt'], newcomer)
    const { approval } = await task.fact(is('approval', 'pending'))
    expect((await run(['approve', String(approval)], newcomer)).code).toBe(0)
    expect(await task.ended).toBe(0)
  })

  test('who may approve what is shown with when each was last there, and a lost device goes by one command of an owner', async () => {
    const devices = async () => (await run(['team', 'show'])).facts.filter(is('device'))
    const [owner, lost] = await devices()
    expect(owner).toMatchObject({ role: 'owner', personName: 'Ada', maxTier: 3 })
    expect(lost).toMatchObject({ role: 'approver', maxTier: 2, online: false, lastSeen: expect.any(Number) })
    const newcomer = folders.find((path) => path.includes('newcomer')) ?? ''
    expect(await run(['team', 'remove', String(owner?.kid)], newcomer)).toMatchObject({
      code: 1,
      facts: [{ code: 'trust_entry_refused' }],
    })
    expect(await run(['team', 'remove', String(lost?.kid)])).toMatchObject({ code: 0, facts: [{ event: 'removed' }] })
    await expect.poll(async () => (await devices()).length, { timeout: 20_000 }).toBe(1)
    expect((await run(['approvals'], newcomer)).code).toBe(1)
  })

  test('a wrong code is told, and three burn the offer', async () => {
    const offering = start(['pair'])
    const { link } = await offering.fact(is('offer'))
    const device = start(['device', 'pair', String(link)], folder('guesser'))
    const { code } = await device.fact(is('code'))
    await offering.fact(is('locked'))
    const wrong = code === '000000' ? '000001' : '000000'
    for (const left of [2, 1]) {
      offering.type(wrong)
      await offering.fact((fact) => fact.event === 'code-wrong' && fact.left === left)
    }
    offering.type(wrong)
    expect(await offering.ended).toBe(1)
    expect(offering.facts.at(-1)).toMatchObject({ event: 'refused', code: 'pairing_code_exhausted' })
    expect(await device.ended).toBe(1)
    expect(device.facts.at(-1)).toMatchObject({ event: 'refused', code: 'pairing_code_exhausted' })
  })

  test('the audit is whole, this terminal is its witness, and it says who approved what', async () => {
    expect(await run(['audit', 'witness'])).toMatchObject({ code: 0, facts: [{ event: 'witness', broken: null }] })
    const verified = await run(['audit', 'verify'])
    expect(verified).toMatchObject({ code: 0, facts: [{ event: 'audit', whole: true, faults: 0 }] })
    const { facts } = await run(['audit', 'show'])
    const denied = facts.find(({ outcome }) => outcome === 'denied')
    expect(denied).toMatchObject({ decisions: [{ answer: 'deny', label: 'a terminal', shown: { where: 'terminal' } }] })
    expect(facts.filter(({ outcome }) => outcome === 'released').length).toBeGreaterThan(1)
    expect(await run(['audit', 'show', String(denied?.approval)])).toMatchObject({ facts: [{ outcome: 'denied' }] })
    const exported = await run(['audit', 'export'])
    expect(exported.facts.length).toBeGreaterThanOrEqual(Number(verified.facts[0]?.entries))
    const wrong = await run(['audit', 'verify', '--witness', `3:${'A'.repeat(43)}`])
    expect(wrong).toMatchObject({ code: 1, facts: [{ event: 'fault', what: 'witness' }, { whole: false }] })
  })

  test('the doctor finds nothing wrong', async () => {
    const { code, facts } = await run(['doctor'])
    expect(facts.filter(({ state }) => state === 'wrong')).toEqual([])
    expect(facts).toContainEqual(expect.objectContaining({ name: 'host agent', state: 'good' }))
    expect(code).toBe(0)
  })

  test('a second host agent on the same home is refused', async () => {
    expect(await run(['host', '--relay', origin, '--project', project])).toMatchObject({
      code: 1,
      facts: [{ code: 'conflict' }],
    })
  })

  test('a port that is taken is said', async () => {
    expect(await run(['up', '--port', new URL(origin).port], folder('other'))).toMatchObject({
      code: 1,
      facts: [{ code: 'port_in_use' }],
    })
  })
})
