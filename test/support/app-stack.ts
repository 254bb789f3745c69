import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Program } from '../../scripts/program.ts'
import { startProgram } from '../../scripts/program.ts'
import { createDemoProject } from './agents/demo-project.ts'
import type { NotificationTray } from './browsers/notification-tray.ts'
import { startNotificationTray } from './browsers/notification-tray.ts'
import type { Certificate } from './push/certificate.ts'
import { makeCertificate } from './push/certificate.ts'
import type { PushService } from './push/push-service.ts'
import { startPushService } from './push/push-service.ts'
import { remapEnvironment } from './push/remap-environment.ts'

const root = join(import.meta.dirname, '../..')
const agent = join(import.meta.dirname, 'agents/scripted-agent.ts')

/** All that the app in a browser needs around it: the build, a relay and a host agent with a scripted agent as processes of their own, a push service, and a tray for what is shown. */
export type AppStack = {
  origin: string
  project: string
  /** COUNTERSIGN_HOME of relay and host: there the host can be asked as on its own terminal. */
  home: string
  tray: NotificationTray
  certificate: Certificate
  pushes: PushService
  relay(): Program
  host(): Program
  startRelay(): Promise<void>
  startHost(): Promise<void>
  /** Runs a verb of the program on this home folder. */
  program(args: readonly string[]): Program
  /** The link that the host offers now. */
  pairingLink(): Promise<string>
  /** The code that the app shows, typed at the host once it has locked to this device. */
  typeCode(code: string): Promise<void>
  close(): Promise<void>
}

export type AppStackOptions = {
  /** The host's policy, as the text of its file; absent: the example. */
  policy?: string
  /** More words for the scripted agent. */
  agentArgs?: readonly string[]
}

export async function openAppStack(options: AppStackOptions = {}): Promise<AppStack> {
  const built = spawnSync(process.execPath, ['scripts/build.ts'], { cwd: root, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`The app can't be built:\n${built.stderr}`)
  const folder = mkdtempSync(join(tmpdir(), 'countersign-app-'))
  const project = join(folder, 'greetings')
  const home = join(folder, 'home')
  createDemoProject(project)
  const certificate = makeCertificate()
  const pushes = await startPushService({ certificate })
  const tray = await startNotificationTray()
  const env = {
    ...process.env,
    ...remapEnvironment(pushes, certificate),
    COUNTERSIGN_HOME: home,
    COUNTERSIGN_TEST: '1',
  }
  const policyPath = join(folder, 'policy.yaml')
  if (options.policy !== undefined) writeFileSync(policyPath, options.policy)

  let port = '0'
  let origin = ''
  let relay: Program
  let host: Program
  async function startRelay(): Promise<void> {
    relay = startProgram(['up', '--port', port], { env })
    const ready = await relay.fact(({ event, state }) => event === 'relay' && state === 'ready')
    origin = String(ready.origin)
    port = new URL(origin).port
  }
  async function startHost(): Promise<void> {
    const state = join(folder, 'agent')
    mkdirSync(state, { recursive: true })
    const command = [process.execPath, agent, '--state', state, ...(options.agentArgs ?? [])].join(' ')
    const rules = options.policy === undefined ? [] : ['--policy', policyPath]
    host = startProgram(
      [
        'host',
        '--relay',
        origin,
        '--project',
        project,
        '--agent-command',
        command,
        '--allow-unproven',
        '--write',
        state,
        ...rules,
      ],
      { env },
    )
    await host.fact(({ event, state }) => event === 'host' && state === 'ready')
  }
  await startRelay()
  await startHost()

  return {
    origin,
    project,
    home,
    tray,
    certificate,
    pushes,
    relay: () => relay,
    host: () => host,
    startRelay,
    startHost,
    program: (args) => startProgram([...args], { env }),
    async pairingLink() {
      const offers = host.facts.filter(({ event }) => event === 'offer')
      const { link } = offers.at(-1) ?? (await host.fact(({ event }) => event === 'offer'))
      return String(link)
    },
    async typeCode(code) {
      await host.fact(({ event }) => event === 'locked')
      host.type(code.replaceAll(/\D/g, ''))
    },
    async close() {
      await host.kill()
      await relay.kill()
      await Promise.all([pushes.close(), tray.close()])
      certificate.remove()
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
  }
}
