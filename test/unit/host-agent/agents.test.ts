import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { hostEnvironment } from '#cli/host-environment.ts'
import { acpDriver } from '#host-agent/agents/acp.ts'
import { type AgentFacts, agents, findAgent, howToInstall, passing, unknownAgent } from '#host-agent/agents/agents.ts'
import { cleanEnvironment } from '#host-agent/agents/clean-environment.ts'
import { signedIn } from '#host-agent/agents/signed-in.ts'
import { createRedactor } from '#host-agent/secrets/redact.ts'
import { listAgents } from '#host-agent/sessions/list-agents.ts'

const home = mkdtempSync(join(tmpdir(), 'countersign-agents-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

test('every agent of the data file has names of its own and says how it comes here, by exact version', () => {
  const names = agents.flatMap(({ name, registry }) => (name === registry ? [name] : [name, registry]))
  expect(new Set(names).size).toBe(names.length)
  for (const facts of agents) {
    expect(facts.package === '' ? facts.site : facts.package).toMatch(/^https:\/\/|@\d+\.\d+\.\d+$/)
    expect(howToInstall(facts)).not.toBe('')
    for (const key of facts.login.keys) expect(facts.pass, facts.name).toContain(key)
    for (const key of Object.keys(facts.keyHosts)) expect(facts.pass, facts.name).toContain(key)
  }
})

test.each([
  ['claude-acp', 'claude'],
  ['github-copilot-cli', 'copilot'],
  ['mistral-vibe', 'vibe'],
  ['pi-acp', 'pi'],
])('the registry’s name %s is understood', (registry, name) => {
  expect(findAgent(registry)?.name).toBe(name)
})

test.each([
  ['/opt/tools/my-agent --acp', 'my-agent'],
  ['node --enable-source-maps /srv/agents/my-agent.mjs --acp', 'my-agent'],
  ['npx -y @somebody/agent@1.2.3', 'agent@1.2.3'],
  ['python3 -m my_agent', 'my_agent'],
  ['env TOKEN=secret my-agent', 'my-agent'],
  ['node', 'node'],
])('an agent that was named by “%s” is called %s', (line, title) => {
  expect(unknownAgent(line.split(' ')).title).toBe(title)
})

test('the status calls it as its person does, and has its command line without secrets', () => {
  const secret = 'the-key-of-the-model-0123456789'
  const facts = unknownAgent(['node', '/opt/my-agent.ts', '--key', secret], 'Night shift')
  const known = acpDriver(findAgent('claude') as AgentFacts)
  const { redact } = createRedactor('', [secret])
  const listed = listAgents([acpDriver(facts), known], { governed: () => undefined, choices: () => undefined, redact })
  expect(listed).toMatchObject([{ name: 'custom', title: 'Night shift' }, { name: 'claude' }])
  expect(listed[0]?.command).toMatch(/^node \/opt\/my-agent\.ts --key /)
  expect(JSON.stringify(listed)).not.toContain(secret)
  expect(listed[1]).not.toHaveProperty('command')
})

test('an agent inherits what the person at the host lets it, and nothing else', () => {
  const facts = passing(unknownAgent(['my-agent', '--acp']), ['MY_MODEL', 'MY_API_KEY@models.example'])
  expect(facts.keyHosts).toEqual({ MY_API_KEY: 'models.example' })
  const environment = { MY_MODEL: 'm', MY_API_KEY: 'k', OTHER_API_KEY: 'o', SSH_AUTH_SOCK: '/s', PATH: '/usr/bin' }
  expect(Object.keys(cleanEnvironment(environment, facts.pass, {})).sort()).toEqual([
    'MY_API_KEY',
    'MY_MODEL',
    'NO_COLOR',
    'PATH',
    'TERM',
  ])
})

test('a sign-in in a HOME counts where agents see it; in the sandbox a key does', () => {
  const claude = findAgent('claude') as AgentFacts
  const environment = { HOME: home }
  expect(signedIn(claude, environment, true).says).toContain('Set ANTHROPIC_API_KEY')
  expect(signedIn(claude, environment, true).says).toContain('claude setup-token')
  expect(signedIn(claude, environment, false).says).toContain('sign in once with the command claude')
  mkdirSync(join(home, '.claude'))
  writeFileSync(join(home, '.claude/.credentials.json'), '{}')
  expect(signedIn(claude, environment, false)).toMatchObject({ isSignedIn: true })
  const inside = signedIn(claude, environment, true)
  expect(inside).toMatchObject({ isSignedIn: false })
  expect(inside.says).toContain('is not to be seen in the sandbox')
  const keyed = { ...environment, CLAUDE_CODE_OAUTH_TOKEN: 'secret' }
  expect(signedIn(claude, keyed, true)).toEqual({ isSignedIn: true, says: 'It uses CLAUDE_CODE_OAUTH_TOKEN.' })
})

test('what a service reads besides is part of the host agent’s environment', () => {
  writeFileSync(join(home, 'environment'), '# keys\nXAI_API_KEY=one\nPATH=/never\n\nnot a line\n')
  expect(hostEnvironment({ PATH: '/usr/bin' }, home)).toEqual({ PATH: '/usr/bin', XAI_API_KEY: 'one' })
  expect(hostEnvironment({ PATH: '/usr/bin' }, join(home, 'absent'))).toEqual({ PATH: '/usr/bin' })
})
