import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ToolRequest } from '#host-agent/agents/driver.ts'
import { buildOperation } from '#host-agent/approvals/operation.ts'
import { wideningRequest } from '#host-agent/approvals/widening-request.ts'
import { createFileHasher } from '#host-agent/files.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'

let project = ''
beforeAll(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-own-')))
  mkdirSync(join(project, 'src'))
})
afterAll(() => rmSync(project, { recursive: true, force: true }))

async function built(request: Partial<ToolRequest>) {
  const place = {
    crypto: nodeCrypto,
    hostId: 'hst_test',
    project,
    salt: 's'.repeat(43),
    known: [],
    hasher: createFileHasher(),
  }
  const whole: ToolRequest = {
    kind: 'edit',
    driver: 'acp:test',
    binding: 'fenced',
    input: {},
    command: null,
    edits: [],
    paths: [],
    reads: false,
    unknown: [],
    ...request,
  }
  const operation = await buildOperation(whole, { ...place, hostId: `hst_${'a'.repeat(43)}` as typeof place.hostId })
  if (!operation.ok) throw new Error(`${operation.code} ${operation.detail}`)
  return operation.value
}

/** What says what an agent may do unasked, and what of ours it might reach. */
const own = [
  '.claude/settings.json',
  '.claude/settings.local.json',
  '.codex/config.toml',
  '.gemini/settings.json',
  '.qwen/settings.json',
  '.copilot/config.json',
  '.opencode/config.json',
  'opencode.json',
  '.mcp.json',
  'sub/.claude/settings.json',
  '.countersign/policy.yaml',
  '../policy.yaml',
]

describe('an agent’s own permissions are of tier 3 to change', () => {
  test.each(own)('%s, by an edit', async (path) => {
    expect(await built({ edits: [{ path, oldText: null, newText: '{}' }] })).toMatchObject({ tier: 3 })
  })

  test.each(own)('%s, by a command', async (path) => {
    for (const command of [`cp src/new ${path}`, `echo {} > ${path}`, `sed -i s/ask/allow/ ${path}`, `rm ${path}`])
      expect([command, (await built({ kind: 'command', command })).tier]).toEqual([command, 3])
  })

  test('an ordinary file is not', async () => {
    expect(await built({ edits: [{ path: 'src/a.ts', oldText: null, newText: 'a' }] })).toMatchObject({ tier: 1 })
  })
})

describe('opening the sandbox', () => {
  const widen = (wish: Parameters<typeof wideningRequest>[0]) => built(wideningRequest(wish))
  test.each([
    [{ open: 'host', host: 'example.org', port: 443, isGuarded: false }, 2],
    [{ open: 'host', host: 'example.org', port: 22, isGuarded: true }, 3],
    [{ open: 'read', path: '/etc/hosts', again: null }, 2],
    [{ open: 'write', path: '/etc/hosts', again: null }, 3],
    [{ open: 'read', path: '/etc/hosts', again: 'sudo reboot' }, 3],
  ] as const)('%j is of tier %i', async (wish, tier) => {
    expect(await widen(wish)).toMatchObject({ kind: 'sandbox', driver: 'host', tier, uninspectable: [] })
  })

  test('a question for the sandbox that does not say what is opened can’t be inspected', async () => {
    expect((await built({ kind: 'sandbox' })).uninspectable).not.toEqual([])
  })
})
