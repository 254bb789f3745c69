import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AgentFacts, findAgent } from '#host-agent/agents/agents.ts'
import { checkAgent } from '#host-agent/canary/check-agent.ts'
import { type ScriptedModel, startScriptedModel } from '#host-agent/canary/scripted-model.ts'
import { type HostWorld, must, openHostWorld, type WatchedTask } from '#test/support/agents/host-world.ts'
import { environmentFor, installAgent, realAgents } from '#test/support/agents/real-agents.ts'
import { usualSandbox } from '#test/support/sandbox/usual-sandbox.ts'
import { startProgram } from '../../scripts/program.ts'

// Real agents from npm, their real tools and their real questions, against a model that plays a script. The file system is the proof.
const script = [
  { run: 'mkdir made-by-agent' },
  { write: 'hello.txt', content: 'Written by an agent.\n' },
  { run: 'node --test' },
  { say: 'Done.' },
]

describe.each(realAgents)('$name', (agent) => {
  let world: HostWorld
  let model: ScriptedModel
  let home: string
  let programs: string
  const made = () => ['made-by-agent', 'hello.txt'].filter((name) => existsSync(join(world.project, name)))

  beforeAll(async () => {
    programs = await installAgent(agent)
    model = await startScriptedModel({ script: () => script, cwd: () => world.project })
    home = mkdtempSync(join(tmpdir(), 'countersign-agent-'))
    const environment = environmentFor(agent, programs, home, model.url)
    world = await openHostWorld({ host: { environment, ...(agent.inSandbox ? { sandbox: usualSandbox } : {}) } })
  }, 600_000)

  afterAll(async () => {
    await world?.close()
    await model?.close()
    if (home) rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  })

  /** Gives every question of a task the same answer until it ends; returns what was asked. */
  async function answerAll(task: WatchedTask, answer: 'approve' | 'deny') {
    const known = new Set<string>()
    const asked: { kind: string; driver: string; command: string | null }[] = []
    const ended = task.ended.then(() => null)
    for (;;) {
      const next = await Promise.race([world.nextApproval(known), ended])
      if (next === null) return asked
      known.add(next.id)
      const card = must(await world.device.approval(next.id))
      asked.push(card.approval.operation)
      await world.device.decide({ approvalId: next.id, answer, shown: { where: 'app', whole: true } })
    }
  }

  test('what it asks is denied: nothing was made, and the agent heard the no', async () => {
    const task = await world.submit('Do what there is to do.', { agent: agent.name })
    const asked = await answerAll(task, 'deny')
    expect(asked.length, JSON.stringify(task.events.all.at(-1))).toBeGreaterThan(0)
    expect(asked[0]).toMatchObject({ kind: 'command', command: 'mkdir made-by-agent', driver: `acp:${agent.name}` })
    expect(made()).toEqual([])
    const outcomes = task.events.all.flatMap((event) => (event.type === 'receipt' ? [event.outcome] : []))
    expect(new Set(outcomes)).toEqual(new Set(['denied']))
  })

  test('what it asks is approved: it is done, the change is shown, the tests are reported', async () => {
    const task = await world.submit('Do what there is to do.', { agent: agent.name })
    const asked = await answerAll(task, 'approve')
    expect(await task.ended).toBe('completed')
    expect(made()).toEqual(['made-by-agent', 'hello.txt'])
    expect(JSON.stringify(asked)).toContain('hello.txt')
    expect(model.toolResults().length).toBeGreaterThan(1)
    const outcomes = task.events.all.flatMap((event) => (event.type === 'receipt' ? [event.outcome] : []))
    expect(outcomes).toContain('executed')
    const diffs = task.events.all.filter((event) => event.type === 'diff')
    expect(JSON.stringify(diffs.at(-1))).toContain('hello.txt')
    expect(readFileSync(join(world.folder, 'host/journal.jsonl'), 'utf8')).toContain('"consume"')
  })
})

describe('the choice of a model', () => {
  test.each(realAgents.filter(({ name }) => ['gemini', 'qwen'].includes(name)))(
    '$name offers, takes and confirms it',
    async (agent) => {
      const programs = await installAgent(agent)
      const home = mkdtempSync(join(tmpdir(), 'countersign-choice-'))
      const model = await startScriptedModel({ script: () => [{ say: 'Done.' }], cwd: () => home })
      const world = await openHostWorld({ host: { environment: environmentFor(agent, programs, home, model.url) } })
      try {
        const first = await world.submit('Say that it is done.', { agent: agent.name })
        expect(await first.ended).toBe('completed')
        const offers = async () => {
          const [host] = must(await world.device.hosts())
          return host?.status?.agents.find(({ name }) => name === agent.name)?.choices?.model
        }
        await expect.poll(offers, { timeout: 20_000 }).toBeDefined()
        const other = (await offers())?.at(-1)?.id ?? ''
        const second = await world.submit('Say that it is done.', { agent: agent.name, choose: { model: other } })
        await second.events.until((event) => event.type === 'title' && event.chosen?.model === other)
        const refused = await world.submit('Say it.', { agent: agent.name, choose: { model: 'no such model' } })
        expect(await refused.ended).toBe('rejected')
      } finally {
        await world.close()
        await model.close()
        rmSync(home, { recursive: true, force: true, maxRetries: 5 })
      }
    },
  )
})

describe('the check of an agent', () => {
  const [agent] = realAgents
  const home = mkdtempSync(join(tmpdir(), 'countersign-check-'))
  let path: string

  beforeAll(async () => {
    path = [agent ? await installAgent(agent) : '', process.env.PATH].join(delimiter)
  }, 600_000)
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  async function agents(...more: string[]) {
    const program = startProgram(['agents', ...more], { env: { PATH: path, HOME: home, COUNTERSIGN_HOME: home } })
    const code = await program.ended
    return { code, fact: program.facts.find(({ name }) => name === agent?.name) }
  }

  test('finds that its program asks and obeys, and remembers it for this program', async () => {
    expect(await agents()).toMatchObject({ code: 0, fact: { state: 'unchecked' } })
    expect(await agents('--check', agent?.name ?? '')).toMatchObject({ code: 0, fact: { state: 'governed' } })
    expect(await agents()).toMatchObject({ code: 0, fact: { state: 'governed', registry: 'gemini', mode: 'default' } })
  })

  test('finds out one in a mode that does not ask', async () => {
    const facts = findAgent(agent?.name ?? '') as AgentFacts
    expect(
      await checkAgent({ ...facts, args: [...facts.args, '--approval-mode', 'yolo'], mode: 'yolo' }, path),
    ).toMatchObject({ found: 'acts' })
  })
})
