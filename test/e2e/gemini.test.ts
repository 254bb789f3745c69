import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { agents } from '#host-agent/agents/agents.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { installAgent } from '#test/support/agents/install-agent.ts'
import { type ModelServer, startModelServer } from '#test/support/agents/model-server.ts'
import { usualSandbox } from '#test/support/sandbox/usual-sandbox.ts'

// The real Gemini CLI, its real tools and its real question, against a model that plays a script.
let world: HostWorld
let model: ModelServer
let home: string

beforeAll(async () => {
  const [name = '', version = ''] = (agents.find((agent) => agent.name === 'gemini')?.package ?? '').split(/(?<!^)@/)
  const programs = await installAgent(name, version)
  model = await startModelServer([
    {
      call: 'run_shell_command',
      args: { command: 'mkdir made-by-gemini', description: 'Make a folder', is_background: false },
    },
    { say: 'Done.' },
  ])
  home = mkdtempSync(join(tmpdir(), 'countersign-gemini-'))
  mkdirSync(join(home, '.gemini'))
  const settings = {
    security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
    general: { disableAutoUpdate: true, enableAutoUpdate: false },
    telemetry: { enabled: false },
    privacy: { usageStatisticsEnabled: false },
  }
  writeFileSync(join(home, '.gemini/settings.json'), JSON.stringify(settings))
  const environment = {
    PATH: [programs, process.env.PATH].join(delimiter),
    HOME: home,
    GEMINI_API_KEY: 'none',
    GOOGLE_GEMINI_BASE_URL: model.url,
    GEMINI_MODEL: 'gemini-2.5-pro',
  }
  world = await openHostWorld({ host: { environment, sandbox: usualSandbox } })
})

afterAll(async () => {
  await world?.close()
  await model?.close()
  if (home) rmSync(home, { recursive: true, force: true })
})

const made = () => existsSync(join(world.project, 'made-by-gemini'))

test('what Gemini asks is denied: nothing was made, and the agent heard the no', async () => {
  const task = await world.submit('Make a folder.', { agent: 'gemini' })
  const asked = await world.nextApproval()
  const card = must(await world.device.approval(asked.id))
  expect(card.approval.operation).toMatchObject({
    kind: 'command',
    command: 'mkdir made-by-gemini',
    driver: 'acp:gemini',
  })
  must(await world.device.decide({ approvalId: asked.id, answer: 'deny', shown: { where: 'app', whole: true } }))
  const receipt = must(await world.device.awaitReceipt({ approvalId: asked.id, withinMs: 20_000 }))
  expect(receipt).toMatchObject({ receipt: { outcome: 'denied' } })
  await task.ended
  expect(made()).toBe(false)
})

test('what Gemini asks is approved: the folder is there, and the task completes', async () => {
  const task = await world.submit('Make a folder.', { agent: 'gemini' })
  const asked = await world.nextApproval()
  expect(made()).toBe(false)
  must(await world.device.decide({ approvalId: asked.id, answer: 'approve', shown: { where: 'app', whole: true } }))
  expect(await task.ended).toBe('completed')
  expect(made()).toBe(true)
  expect(model.toolResults().length).toBeGreaterThan(0)
  const outcomes = task.events.all.flatMap((event) => (event.type === 'receipt' ? [event.outcome] : []))
  expect(outcomes).toEqual(['released', 'executed'])
  expect(readFileSync(join(world.folder, 'host/journal.jsonl'), 'utf8')).toContain('"consume"')
})
