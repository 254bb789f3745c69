import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acpDriver } from '#host-agent/agents/acp.ts'
import { unknownAgent } from '#host-agent/agents/agents.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import {
  type HostWorld,
  must,
  openHostWorld,
  scriptedAgent,
  type WatchedTask,
} from '#test/support/agents/host-world.ts'
import { type ChatServer, startChatServer } from '#test/support/models/chat-server.ts'

// Where an agent fails the next route's goes on, over a real relay and host; the agents are scripted, the model is a server on loopback.
let world: HostWorld
let server: ChatServer

const speaks = (name: string, act: string, ...more: string[]) =>
  acpDriver({ ...unknownAgent([process.execPath, scriptedAgent, '--act', act, ...more]), name })

beforeAll(async () => {
  server = await startChatServer(() => ({ say: 'The reader answers.' }))
  const drivers = [
    speaks('broken', 'model-fails'),
    speaks('breaks-later', 'model-fails-later'),
    speaks('writes', 'write', '--choices', 'options'),
  ]
  world = await openHostWorld({ host: { drivers } })
  await world.stopHost()
  writeFileSync(
    join(world.folder, 'host/models.yaml'),
    `version: 1
readers:
  - { name: questions, models: [{ baseUrl: ${server.url}, model: small }] }
routes:
  - { name: never, intents: [deploy], agent: breaks-later }
  - { name: review, intents: [review], agent: broken }
  - { name: read, intents: [review], agent: questions }
  - { name: later, intents: [test], agent: breaks-later }
  - { name: code, agent: broken }
  - { name: code-too, agent: writes, model: large }
`,
  )
  await world.startHost()
})
afterAll(async () => {
  await world?.close()
  await server?.close()
})

const notices = ({ events }: WatchedTask) =>
  events.all.flatMap((event) => (event.type === 'notice' && event.code === 'route' ? [event.text] : []))
const titles = ({ events }: WatchedTask) =>
  events.all.flatMap((event) => (event.type === 'title' ? [[event.agent, event.chosen?.model]] : []))
const last = ({ events }: WatchedTask): TaskEvent | undefined => events.all.at(-1)
const known = new Set<string>()
async function approve(): Promise<void> {
  const { id } = await world.nextApproval(known)
  known.add(id)
  must(await world.device.decide({ approvalId: id, answer: 'approve', shown: { where: 'app', whole: true } }))
}

test('an agent whose model fails before anything was done: the next route’s agent and model begin anew, and the log says why', async () => {
  const task = await world.submit('Add a page', { agent: 'broken', route: 'code', place: 'worktree' })
  await approve()
  expect(await task.ended).toBe('completed')
  expect(notices(task)).toEqual([
    'Route code: it takes every task.',
    expect.stringMatching(
      /^.+ failed: .*503: out of order.* Nothing was done yet: route code-too goes on with writes, large\.$/,
    ),
  ])
  expect(titles(task)[0]).toEqual(['broken', undefined])
  expect(titles(task).at(-1)).toEqual(['writes', 'large'])
  expect(JSON.stringify(task.events.all.findLast(({ type }) => type === 'diff'))).toContain('hello.txt')
})

test('a reader may be the next', async () => {
  const task = await world.submit('Review the code', { agent: 'broken', route: 'review', place: 'worktree' })
  expect(await task.ended).toBe('completed')
  expect(notices(task)).toHaveLength(2)
  expect(JSON.stringify(task.events.all)).toContain('route read goes on with questions.')
  expect(server.requests).toHaveLength(1)
})

test('never after something was released, where a person chose the agent, or below the last route', async () => {
  const released = await world.submit('Test it', { agent: 'breaks-later', route: 'later' })
  await approve()
  expect(await released.ended).toBe('failed')
  expect(notices(released)).toHaveLength(1)
  expect(last(released)).toMatchObject({ code: 'agent_failed' })

  const chosen = await world.submit('Add a page', { agent: 'broken' })
  expect(await chosen.ended).toBe('failed')
  expect(notices(chosen)).toEqual([])
})
