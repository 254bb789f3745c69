import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hookLine } from '#host-agent/hooks/hook-agents.ts'
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
    hooks: [{ type: 'command', command: hookLine('PreToolUse', command), timeout: 30, onFailure: 'block' }],
  })
  expect(hooks.PermissionRequest[0].hooks[0]).toEqual({ type: 'command', command, timeout: 3_600, onFailure: 'block' })
  // One that only tells must not keep the agent from ending when it fails.
  expect(hooks.Stop[0].hooks[0]).toEqual({ type: 'command', command, timeout: 30 })
  expect(permissions).toEqual({ allow: ['Bash(ls)'] })
  const once = text()
  await installHook(place())
  expect(text()).toBe(once)
  expect(uninstallHook(place())).toEqual({ ok: true, value: settings })
  expect(text()).toBe(foreign)
  expect(uninstallHook(place())).toEqual({ ok: true, value: null })
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

test('settings that can’t be written are left as they are, with nothing beside them, and it is said', async () => {
  // A folder is not replaced by a file, whoever asks, root too.
  mkdirSync(join(settings, 'of-somebody'), { recursive: true })
  const refusal = { ok: false, code: 'state_damaged', detail: expect.stringContaining(`${settings} can’t be changed`) }
  expect(await installHook(place())).toMatchObject(refusal)
  expect(uninstallHook(place())).toMatchObject(refusal)
  expect(readdirSync(join(root, '.claude'))).toEqual(['settings.json'])

  rmSync(settings, { recursive: true })
  writeFileSync(settings, foreign)
  // What is written beside it first has no room there.
  mkdirSync(`${settings}.countersign-new`)
  expect(await installHook(place())).toMatchObject(refusal)
  expect(text()).toBe(foreign)
})

test.each([
  ['a comment', '{ // mine\n  "model": "opus" }'],
  ['a name that stands twice', '{ "hooks": {}, "model": "opus", "hooks": {} }'],
  ['disableAllHooks', '{ "disableAllHooks": true }'],
])('read again as the agent will, they would not be called: said, and put back as it was: %s', async (_, content) => {
  writeFileSync(settings, content)
  expect(await installHook(place())).toMatchObject({
    ok: false,
    code: 'state_damaged',
    detail: expect.stringContaining('would not call the hooks'),
  })
  expect(text()).toBe(content)
})

test('a program that is gone, crashes or ends oddly stops the tool in either agent: exit code 2, and words', () => {
  const run = (line: string) => spawnSync('/bin/sh', ['-c', hookLine('PreToolUse', line)], { encoding: 'utf8' })
  for (const line of ["'/nowhere/node' x", "'/bin/sh' -c 'exit 1'", "'/bin/sh' -c 'kill -9 $$'"])
    expect(run(line), line).toMatchObject({ status: 2, stderr: expect.stringContaining('Nothing was allowed') })
  expect(run("'/bin/echo' said")).toMatchObject({ status: 0, stdout: 'said\n', stderr: '' })
})

test('a version that a hook can’t hold is refused, and one that is not there', async () => {
  for (const version of ['2.1.294', '2.0.999', '1.9.999', 'of no kind']) {
    claude(version)
    expect(await installHook(place()), version).toMatchObject({ ok: false, code: 'agent_version' })
  }
  writeFileSync(join(root, 'bin/codex'), '#!/bin/sh\necho codex-cli 0.165.9\n', { mode: 0o755 })
  expect(await installHook({ ...place(), agent: 'codex' })).toMatchObject({ ok: false, code: 'agent_version' })
  expect(existsSync(join(root, '.codex'))).toBe(false)
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
