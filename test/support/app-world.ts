import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Program } from '../../scripts/program.ts'
import { startProgram } from '../../scripts/program.ts'
import { createDemoProject } from './agents/demo-project.ts'
import type { Chromium, Device } from './browsers/chromium.ts'
import { launchChromium, pixel } from './browsers/chromium.ts'
import type { NotificationTray } from './browsers/notification-tray.ts'
import { startNotificationTray } from './browsers/notification-tray.ts'
import { makeCertificate } from './push/certificate.ts'
import type { Fcm } from './push/fcm-service.ts'
import { startFcm } from './push/fcm-service.ts'
import type { PushService } from './push/push-service.ts'
import { startPushService } from './push/push-service.ts'
import { remapEnvironment } from './push/remap-environment.ts'

const root = join(import.meta.dirname, '../..')
const agent = join(import.meta.dirname, 'agents/scripted-agent.ts')

/** A phone of 390 by 844, as most are seen by a page. */
export const phone: Device = { ...pixel, viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 }

/** The built app in a real browser with its real push client, before a real relay and a real host agent with a scripted agent, all as processes of their own. */
export type AppWorld = {
  origin: string
  project: string
  /** COUNTERSIGN_HOME of relay and host: there the host can be asked as on its own terminal. */
  home: string
  chromium: Chromium
  tray: NotificationTray
  fcm: Fcm
  pushes: PushService
  relay(): Program
  host(): Program
  startRelay(): Promise<void>
  startHost(): Promise<void>
  /** Opens the link that the host offers, and types the code that the page shows at the host. */
  pair(page: Page): Promise<void>
  /** Turns notifications on in the app's settings, and waits until the relay has the address. */
  turnOnPush(page: Page): Promise<void>
  /** Types a task in the app and leaves its screen open. */
  startTask(page: Page, text: string): Promise<void>
  close(): Promise<void>
}

export type AppWorldOptions = {
  device?: Device /** More switches for the browser. */
  args?: readonly string[] /** The host's policy, as the text of its file; absent: the example. */
  policy?: string
}

export async function openAppWorld(options: AppWorldOptions = {}): Promise<AppWorld> {
  const built = spawnSync(process.execPath, ['scripts/build.ts'], { cwd: root, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`The app can't be built:\n${built.stderr}`)
  const folder = mkdtempSync(join(tmpdir(), 'countersign-app-'))
  const project = join(folder, 'greetings')
  createDemoProject(project)
  const certificate = makeCertificate()
  const pushes = await startPushService({ certificate })
  const fcm = await startFcm(pushes, certificate)
  const tray = await startNotificationTray()
  const env = {
    ...process.env,
    ...remapEnvironment(pushes, certificate),
    COUNTERSIGN_HOME: join(folder, 'home'),
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
    const command = `${process.execPath} ${agent} --state ${state}`
    const rules = options.policy === undefined ? [] : ['--policy', policyPath]
    host = startProgram(
      ['host', '--relay', origin, '--project', project, '--agent-command', command, '--write', state, ...rules],
      { env },
    )
    await host.fact(({ event, state }) => event === 'host' && state === 'ready')
  }
  await startRelay()
  await startHost()
  const chromium = await launchChromium({
    fcm,
    tray,
    origins: [origin],
    device: options.device ?? phone,
    args: options.args ?? [],
  })

  return {
    origin,
    project,
    home: join(folder, 'home'),
    chromium,
    tray,
    fcm,
    pushes,
    relay: () => relay,
    host: () => host,
    startRelay,
    startHost,
    async pair(page) {
      const offers = host.facts.filter(({ event }) => event === 'offer')
      const { link } = offers.at(-1) ?? (await host.fact(({ event }) => event === 'offer'))
      await page.goto(String(link))
      await page.getByLabel('Your name').fill('Ada')
      await page.getByRole('button', { name: 'Pair', exact: true }).tap()
      const code = await page.locator('.pair-code').textContent()
      await host.fact(({ event }) => event === 'locked')
      host.type((code ?? '').replaceAll(/\D/g, ''))
      await page.getByText(/^Paired with/).waitFor()
    },
    async turnOnPush(page) {
      await page.goto(`${origin}/settings`)
      await page.getByRole('button', { name: 'Turn on notifications' }).tap()
      await page.getByText('The relay has this device’s push address.').waitFor()
    },
    async startTask(page, text) {
      await page.goto(`${origin}/new`)
      await page.getByLabel('What should be done?').fill(text)
      await page.getByRole('button', { name: 'Start' }).tap()
      await page.waitForURL('**/task/*')
    },
    async close() {
      await chromium.close()
      await host.kill()
      await relay.kill()
      await Promise.all([fcm.close(), pushes.close(), tray.close()])
      certificate.remove()
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
  }
}
