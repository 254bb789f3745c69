import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ModelStep } from '#host-agent/canary/model-step.ts'
import { type ScriptedModel, startScriptedModel } from '#host-agent/canary/scripted-model.ts'
import type { HookAgent } from '#host-agent/hooks/hook-event.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { environmentFor, installAgent, realAgents } from '#test/support/agents/real-agents.ts'
import { startProgram } from '../../scripts/program.ts'

// The real programs as somebody starts them in a terminal, held by nothing but the hooks that our verb installed. The file system is the proof.
const programs: readonly {
  hook: HookAgent
  name: string
  command: string
  inside: string
  args: readonly string[] /** The call by which its model runs a command. */
  call(command: string): ModelStep
}[] = [
  {
    hook: 'claude-code',
    name: 'claude',
    command: 'claude',
    inside: '@anthropic-ai/claude-agent-sdk-linux-x64/claude',
    // In the mode in which it would ask nobody.
    args: ['-p', 'Do what there is to do.', '--permission-mode', 'acceptEdits', '--allowedTools', 'Bash'],
    call: (command) => ({ run: command }),
  },
  {
    hook: 'codex',
    name: 'codex',
    command: 'codex',
    inside: '@openai/codex/bin/codex.js',
    args: [
      'exec',
      '--dangerously-bypass-hook-trust',
      '--dangerously-bypass-approvals-and-sandbox',
      '--skip-git-repo-check',
      'Do what there is to do.',
    ],
    // Without asking for more than it has: it may do everything.
    call: (command) => ({ call: 'exec_command', args: { cmd: command } }),
  },
]

const isHere = programs.every(({ name }) => realAgents.some((agent) => agent.name === name))

describe.skipIf(!isHere).each(programs)('$hook hook (needs npm run test:agents)', (program) => {
  let world: HostWorld
  let model: ScriptedModel
  let home: string
  let env: Record<string, string>
  let file: string

  beforeAll(async () => {
    const agent = realAgents.find(({ name }) => name === program.name)
    if (!agent) throw new Error('not installed')
    const bin = await installAgent(agent)
    model = await startScriptedModel({
      script: () => [program.call(`mkdir ${file}`), { say: 'Done.' }],
      cwd: () => world.project,
    })
    home = mkdtempSync(join(tmpdir(), 'countersign-terminal-'))
    mkdirSync(join(home, 'bin'))
    const real = join(bin, '..', program.inside)
    writeFileSync(join(home, 'bin', program.command), `#!/bin/sh\nexec '${real}' "$@"\n`)
    chmodSync(join(home, 'bin', program.command), 0o755)
    const known = environmentFor(agent, bin, home, { url: model.url, inSandbox: false })
    env = { ...known, PATH: [join(home, 'bin'), known.PATH].join(delimiter), CODEX_HOME: join(home, '.codex') }
    world = await openHostWorld()
  }, 600_000)
  afterAll(async () => {
    await world?.close()
    await model?.close()
    if (home) rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  })

  /** A session in a terminal, to its end. */
  function session(): Promise<void> {
    const child = spawn(program.command, program.args, { cwd: world.project, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk))
    return new Promise((resolve) =>
      child.on('close', () => {
        if (process.env.COUNTERSIGN_TEST_LOG) process.stderr.write(`${said}\n`)
        resolve()
      }),
    )
  }
  const hook = (...more: string[]) =>
    startProgram(['hook', program.hook, ...more], { env: { ...env, COUNTERSIGN_HOME: world.folder } }).ended
  const made = () => existsSync(join(world.project, file))

  test.each([
    ['deny', false],
    ['approve', true],
  ] as const)('what it is about to do is asked on the device: %s', async (answer, isMade) => {
    file = `made-by-${answer}`
    expect(await hook('--install', '--headless')).toBe(0)
    const ended = session()
    const asked = await world.nextApproval()
    const { approval } = must(await world.device.approval(asked.id))
    expect(approval.operation).toMatchObject({ command: `mkdir ${file}`, driver: `hook:${program.hook}` })
    expect(made()).toBe(false)
    must(await world.device.decide({ approvalId: asked.id, answer, shown: { where: 'app', whole: true } }))
    await ended
    expect(made()).toBe(isMade)
  })

  test('without a host agent nothing runs', async () => {
    file = 'made-without-host'
    await world.stopHost()
    await session()
    expect(made()).toBe(false)
    await world.startHost()
  })

  test('without the hook nothing holds it: the test would see that', async () => {
    file = 'made-without-hook'
    expect(await hook('--uninstall')).toBe(0)
    await session()
    expect(made()).toBe(true)
  })
})
