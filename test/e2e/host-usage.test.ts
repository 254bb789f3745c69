import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readApprovalCard } from '#client/read-approval.ts'
import { acpDriver } from '#host-agent/agents/acp.ts'
import { unknownAgent } from '#host-agent/agents/agents.ts'
import { type HostWorld, must, openHostWorld, type WatchedTask } from '#test/support/agents/host-world.ts'
import { type ChatAnswer, type ChatServer, startChatServer } from '#test/support/models/chat-server.ts'

// What tasks take, of an agent and of a reader, over a real relay and host; the model is a server on loopback.
const badAgent = join(import.meta.dirname, '../support/agents/bad-agent.ts')
const cli = join(import.meta.dirname, '../../cli/main.ts')
let world: HostWorld
let server: ChatServer
let script: (index: number) => ChatAnswer = () => ({ say: 'It is 42.', usage: [2_000, 100, 500] })

beforeAll(async () => {
  server = await startChatServer((_request, index) => script(index))
  const spends = acpDriver({ ...unknownAgent([process.execPath, badAgent, 'spends']), name: 'spends' })
  world = await openHostWorld({ host: { drivers: [spends] } })
  await world.stopHost()
  writeFileSync(
    join(world.folder, 'host/models.yaml'),
    `version: 1
readers:
  - name: questions
    models:
      - { baseUrl: ${server.url}, model: small, price: { input: 2, output: 10, cached: 1 } }
routes:
  - { name: cheap, intents: [explain], agent: questions }
`,
  )
  await world.startHost()
})
afterAll(async () => {
  await world?.close()
  await server?.close()
})

const used = ({ events }: WatchedTask) => events.all.filter((event) => event.type === 'usage')

test('each turn’s tokens, cost and time are in the task’s log and in one log of the host', async () => {
  const asked = await world.submit('What is the answer?', { agent: 'questions', route: 'cheap' })
  expect(await asked.ended).toBe('completed')
  expect(used(asked)).toMatchObject([
    {
      agent: 'questions',
      model: 'small',
      input: 2_000,
      output: 100,
      cached: 500,
      cost: { micros: 4_500, currency: 'USD' },
    },
  ])
  const worked = await world.submit('Add a page', { agent: 'spends' })
  expect(await worked.ended).toBe('completed')
  expect(used(worked)).toMatchObject([
    { agent: 'spends', input: 1_100, output: 50, cached: 1_000, cost: { micros: 250_000, currency: 'USD' } },
  ])
  const { stdout } = await promisify(execFile)(process.execPath, [cli, 'usage', '--by', 'route', '--json'], {
    env: { ...process.env, COUNTERSIGN_HOME: world.folder },
  })
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
  expect(lines).toMatchObject([
    { event: 'usage', by: 'route', name: '-', turns: 1, input: 1_100, cost: { USD: 250_000 } },
    { event: 'usage', by: 'route', name: 'cheap', turns: 1, input: 2_000, cost: { USD: 4_500 } },
  ])
})

test('over its budget a task waits, and nothing is asked of a model meanwhile; a yes widens it once, a no ends it', async () => {
  await world.stopHost()
  const path = join(world.folder, 'host/models.yaml')
  writeFileSync(path, readFileSync(path, 'utf8').replace('version: 1', 'version: 1\nbudget: { task: 0.004 }'))
  await world.startHost()
  server.requests.length = 0
  // Each call costs 0.0045 USD.
  const look: ChatAnswer = { calls: [{ name: 'list_files', input: { prefix: '' } }], usage: [2_000, 100, 500] }
  script = (index) => (index === 2 ? { say: 'Done.' } : look)
  const known = new Set<string>()
  const answer = async (answer: 'approve' | 'deny') => {
    const approval = await world.nextApproval(known)
    known.add(approval.id)
    const asked = server.requests.length
    const { operation } = must(await readApprovalCard(world.device.context, approval.id)).approval
    must(await world.device.decide({ approvalId: approval.id, answer, shown: { where: 'app', whole: true } }))
    return { asked, operation }
  }
  const task = await world.submit('What is here?', { agent: 'questions' })
  const first = await answer('approve')
  expect(first).toMatchObject({ asked: 1, operation: { kind: 'tool', driver: 'host', tier: 2 } })
  expect(first.operation.why).toEqual(['This task has used 0.0045 USD of 0.0040 USD; this allows 0.0040 USD more'])
  expect((await answer('approve')).asked).toBe(2)
  expect(await task.ended).toBe('completed')
  expect(server.requests).toHaveLength(3)

  script = () => look
  const other = await world.submit('What else is here?', { agent: 'questions' })
  expect((await answer('deny')).asked).toBe(4)
  expect(await other.ended).toBe('failed')
  expect(other.events.all.findLast(({ type }) => type === 'state')).toMatchObject({ code: 'budget_spent' })
  expect(server.requests).toHaveLength(4)
})
