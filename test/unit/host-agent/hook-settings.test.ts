import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hookOutput } from '#host-agent/hooks/hook-output.ts'
import { hookRequest } from '#host-agent/hooks/hook-request.ts'
import { installHook, uninstallHook } from '#host-agent/hooks/install-hook.ts'

let root: string
let settings: string
const command = "'/usr/bin/node' '/opt/countersign/cli/countersign.mjs' hook claude-code --answer --state '/h'"

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'countersign-hook-'))
  settings = join(root, '.claude/settings.json')
  mkdirSync(join(root, 'bin'))
  mkdirSync(join(root, '.claude'))
  claude('2.1.316')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const claude = (version: string) =>
  writeFileSync(join(root, 'bin/claude'), `#!/bin/sh\necho '${version} (Claude Code)'\n`, { mode: 0o755 })
const place = () => ({
  agent: 'claude-code' as const,
  headless: false,
  command,
  environment: { HOME: root, PATH: `${root}/bin:/bin` },
  folder: join(root, 'host'),
})
const text = () => readFileSync(settings, 'utf8')

const foreign =
  '{\n    "model": "opus",   "hooks": { "PreToolUse": [\n\t{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "/mine.sh" }] } ] },\n  "permissions": {"allow":["Bash(ls)"]}}'

test('the hooks are added beside others, and the settings are put back byte for byte', async () => {
  writeFileSync(settings, foreign)
  expect(await installHook(place())).toMatchObject({ ok: true, value: settings })
  const { hooks, permissions } = JSON.parse(text())
  expect(Object.keys(hooks)).toEqual(['PreToolUse', 'PermissionRequest', 'PostToolUse', 'Stop'])
  expect(hooks.PreToolUse).toHaveLength(2)
  expect(hooks.PreToolUse[1]).toEqual({
    matcher: '*',
    hooks: [{ type: 'command', command, timeout: 30, onFailure: 'block' }],
  })
  expect(hooks.PermissionRequest[0].hooks[0].timeout).toBe(3_600)
  expect(permissions).toEqual({ allow: ['Bash(ls)'] })
  const once = text()
  await installHook(place())
  expect(text()).toBe(once)
  expect(uninstallHook(place())).toBe(settings)
  expect(text()).toBe(foreign)
  expect(uninstallHook(place())).toBeNull()
})

test('what somebody changed meanwhile stays; only our own hooks are taken out', async () => {
  writeFileSync(settings, foreign)
  await installHook(place())
  const changed = text().replace('"opus"', '"sonnet"')
  writeFileSync(settings, changed)
  uninstallHook(place())
  expect(JSON.parse(text())).toEqual(JSON.parse(foreign.replace('opus', 'sonnet')))
  expect(text()).toContain('    "model": "sonnet",   "hooks"')
})

test('settings that were not there are gone again', async () => {
  await installHook(place())
  expect(existsSync(settings)).toBe(true)
  uninstallHook(place())
  expect(existsSync(settings)).toBe(false)
})

test.each(['{ "hooks": [] }', '{ not json', '{ "hooks": { "PreToolUse": "x" } }'])(
  'settings that can’t be read are left as they are: %s',
  async (content) => {
    writeFileSync(settings, content)
    expect(await installHook(place())).toMatchObject({ ok: false, code: 'state_damaged' })
    expect(text()).toBe(content)
  },
)

test('a version that a hook can’t hold is refused, and one that is not there', async () => {
  claude('2.1.294')
  expect(await installHook(place())).toMatchObject({ ok: false, code: 'agent_version' })
  rmSync(join(root, 'bin/claude'))
  expect(await installHook(place())).toMatchObject({ ok: false, code: 'agent_unknown' })
  expect(existsSync(settings)).toBe(false)
})

const event = (tool_name: string, tool_input: unknown) =>
  ({ session_id: 's', cwd: '/p', hook_event_name: 'PreToolUse', tool_name, tool_input }) as const

test('an operation is made of what the tool is really given', () => {
  expect(hookRequest('claude-code', event('Bash', { command: 'rm -r x' }))).toMatchObject({
    kind: 'command',
    command: 'rm -r x',
    driver: 'hook:claude-code',
  })
  expect(
    hookRequest('claude-code', event('Edit', { file_path: '/p/a', old_string: 'x', new_string: 'y' })),
  ).toMatchObject({ kind: 'edit', edits: [{ path: '/p/a', oldText: 'x', newText: 'y' }] })
  expect(hookRequest('claude-code', event('Read', { file_path: '/p/a' }))).toMatchObject({
    reads: true,
    paths: ['/p/a'],
  })
  expect(hookRequest('claude-code', event('mcp__x__run', { command: 'ls' }))).toMatchObject({
    kind: 'tool',
    command: null,
    reads: false,
  })
  const patch = '*** Begin Patch\n*** Add File: a.txt\n+x\n*** Delete File: b.txt\n*** End Patch'
  expect(hookRequest('codex', event('apply_patch', { command: patch }))).toMatchObject({
    kind: 'edit',
    command: null,
    paths: ['a.txt', 'b.txt'],
  })
})

test('what is not allowed stops the tool in either agent; silence never allows what codex would run', () => {
  const keyboard = { answer: 'keyboard', reason: 'r' } as const
  const pre = (agent: 'codex' | 'claude-code', said: Parameters<typeof hookOutput>[2]) =>
    (hookOutput(agent, 'PreToolUse', said) as { hookSpecificOutput: { permissionDecision: string } } | null)
      ?.hookSpecificOutput.permissionDecision
  expect([pre('claude-code', keyboard), pre('codex', keyboard)]).toEqual(['ask', 'deny'])
  expect([pre('claude-code', { answer: 'allow' }), pre('codex', { answer: 'allow' })]).toEqual(['allow', undefined])
  expect(hookOutput('claude-code', 'PermissionRequest', keyboard)).toBeNull()
})
