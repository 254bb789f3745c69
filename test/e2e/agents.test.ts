import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AgentFacts, findAgent } from '#host-agent/agents/agents.ts'
import { checkAgent } from '#host-agent/canary/check-agent.ts'
import type { Listing } from '#protocol/statements/listing.ts'
import { type AgentWorld, openAgentWorld } from '#test/support/agents/agent-world.ts'
import { must, type WatchedTask } from '#test/support/agents/host-world.ts'
import { installAgent, type RealAgent, realAgents } from '#test/support/agents/real-agents.ts'
import { startProgram } from '../../scripts/program.ts'

// Real agents from npm, their real tools and their real questions, against a model that plays a script. The file system is the proof.
const script = [
  { run: 'mkdir made-by-agent' },
  { write: 'hello.txt', content: 'Written by an agent.\n' },
  { run: 'node --test --test-reporter=junit --test-reporter-destination=junit.xml' },
  { say: 'Done.' },
]
const named = (name: string) => realAgents.find((agent) => agent.name === name) as RealAgent

let open: AgentWorld
const at = (path: string) => join(open.world.project, path)
const made = () => ['made-by-agent', 'hello.txt'].filter((name) => existsSync(at(name)))
const journal = () => readFileSync(join(open.world.folder, 'host/journal.jsonl'), 'utf8')
const outcomes = ({ events }: WatchedTask) =>
  events.all.flatMap((event) => (event.type === 'receipt' ? [event.outcome] : []))

describe.each(realAgents)('$name', (agent) => {
  beforeAll(async () => {
    open = await openAgentWorld(agent, script)
  }, 600_000)
  afterAll(() => open?.close())

  test('what it asks is denied: nothing was made, and the agent heard the no', async () => {
    const task = await open.world.submit('Do what there is to do.', { agent: agent.name })
    const asked = await open.answerAll(task, 'deny')
    expect(asked.length, JSON.stringify(task.events.all.at(-1))).toBeGreaterThan(0)
    expect(asked[0]).toMatchObject({ kind: 'command', command: 'mkdir made-by-agent', driver: `acp:${agent.name}` })
    expect(made()).toEqual([])
    expect(new Set(outcomes(task))).toEqual(new Set(['denied']))
  })

  test('what it asks is approved: it is done, the change is shown, the tests are reported', async () => {
    const task = await open.world.submit('Do what there is to do.', { agent: agent.name })
    const asked = await open.answerAll(task, 'approve')
    expect(await task.ended).toBe('completed')
    expect(made()).toEqual(['made-by-agent', 'hello.txt'])
    expect(JSON.stringify(asked)).toContain('hello.txt')
    expect(open.model.toolResults().length).toBeGreaterThan(1)
    expect(outcomes(task)).toContain('executed')
    const diffs = task.events.all.filter((event) => event.type === 'diff')
    expect(JSON.stringify(diffs.at(-1))).toContain('hello.txt')
    expect(task.events.all).toContainEqual(expect.objectContaining({ type: 'tests', passed: 1, failed: 0 }))
    expect(journal()).toContain('"consume"')
  })
})

describe('planned first: gemini', () => {
  beforeAll(async () => {
    open = await openAgentWorld(named('gemini'), [])
  }, 600_000)
  afterAll(() => open?.close())

  test('one decision for its plan, and it does just that without another question', async () => {
    const plan = { steps: ['Write hello.txt'], modify: [], create: ['hello.txt'], delete: [], run: [] }
    open.plays.script = [{ say: `I will write it.\n\`\`\`json\n${JSON.stringify(plan)}\n\`\`\`` }]
    const task = await open.world.submit('Write hello.txt.', { agent: 'gemini', planFirst: true })
    const question = await open.next(task)
    expect(question?.operation).toMatchObject({ kind: 'plan', files: [{ path: at('hello.txt') }] })
    expect(existsSync(at('hello.txt'))).toBe(false)
    open.plays.script = [{ write: 'hello.txt', content: 'As planned.\n' }, { say: 'Done.' }]
    await question?.decide('approve')
    expect(await open.answerAll(task, 'deny')).toEqual([])
    expect(await task.ended).toBe('completed')
    expect(readFileSync(at('hello.txt'), 'utf8')).toContain('As planned.')
  })
})

describe('its sessions: opencode', () => {
  beforeAll(async () => {
    open = await openAgentWorld(named('opencode'), [{ say: 'The word is seven.' }])
  }, 600_000)
  afterAll(() => open?.close())

  async function listed(): Promise<Listing['sessions']> {
    const { device, hostId } = open.world
    const list = { agent: 'opencode' }
    const { id } = must(await device.sendInput({ hostId, taskId: null, kind: 'list-sessions', list }))
    const find = async () => must(await device.hosts())[0]?.status?.listings?.find(({ input }) => input === id)
    await expect.poll(find, { timeout: 120_000 }).toBeDefined()
    return (await find())?.sessions ?? []
  }

  test('are listed in the sandbox, and one of them is gone on in; one that it does not know is refused', async () => {
    const first = await open.world.submit('Say the word.', { agent: 'opencode' })
    expect(await first.ended).toBe('completed')
    const [session, ...others] = await listed()
    expect(session?.id).toMatch(/^ses_/)
    expect(others).toEqual([])
    const next = await open.world.submit('Which word was it?', { agent: 'opencode', session: session?.id ?? '' })
    expect(await next.ended).toBe('completed')
    const [same, ...none] = await listed()
    expect(same?.id).toBe(session?.id)
    expect(same?.updatedAt).toBeGreaterThan(session?.updatedAt ?? Number.MAX_VALUE)
    expect(none).toEqual([])
    const unknown = await open.world.submit('And?', { agent: 'opencode', session: 'ses_0000000000' })
    expect(await unknown.ended).toBe('rejected')
    expect(unknown.events.all.at(-1)).toMatchObject({ code: 'session_unknown' })
  })
})

describe('said and canceled meanwhile: qwen', () => {
  beforeAll(async () => {
    open = await openAgentWorld(named('qwen'), script.slice(0, 1))
  }, 600_000)
  afterAll(() => open?.close())
  const tell = async (taskId: string, kind: 'prompt' | 'cancel', text?: string) =>
    must(await open.world.device.sendInput({ hostId: open.world.hostId, taskId, kind, ...(text ? { text } : {}) }))

  test('canceled while it asks, it ends and nothing was made', async () => {
    const task = await open.world.submit('Do what there is to do.', { agent: 'qwen' })
    await open.next(task)
    await tell(task.id, 'cancel')
    expect(await task.ended).toBe('canceled')
    expect(made()).toEqual([])
  })

  test('what is said while it asks, it is told when its turn ends', async () => {
    const task = await open.world.submit('Do what there is to do.', { agent: 'qwen' })
    const question = await open.next(task)
    await tell(task.id, 'prompt', 'And say that it is done.')
    await task.events.until((event) => event.type === 'message' && event.role === 'person')
    await question?.decide('approve')
    await open.answerAll(task, 'approve')
    expect(await task.ended).toBe('completed')
    expect(made()).toEqual(['made-by-agent'])
    expect(journal()).toContain('"type":"heard"')
  })
})

describe('in its own worktree: opencode', () => {
  beforeAll(async () => {
    open = await openAgentWorld(named('opencode'), script)
  }, 600_000)
  afterAll(() => open?.close())

  test('the project stays as it is, the branch has the work', async () => {
    const task = await open.world.submit('Do what there is to do.', { agent: 'opencode', place: 'worktree' })
    const root = join(open.world.folder, 'worktrees', task.id.slice(-10).toLowerCase(), 'project')
    open.plays.cwd = root
    await open.answerAll(task, 'approve')
    expect(await task.ended).toBe('completed')
    expect(made()).toEqual([])
    expect(existsSync(join(root, 'hello.txt'))).toBe(true)
  })
})

describe('the choice of a model', () => {
  test.each(realAgents.filter(({ name }) => ['gemini', 'qwen'].includes(name)))(
    '$name offers, takes and confirms it',
    async (agent) => {
      const { world, close } = await openAgentWorld(agent, [{ say: 'Done.' }])
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
        await close()
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
