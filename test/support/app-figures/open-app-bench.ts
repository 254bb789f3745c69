import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import type { CDPSession, Page } from 'playwright-core'
import type { AppWorld } from '../app-world.ts'
import { openAppWorld } from '../app-world.ts'

export type AppBench = {
  world: AppWorld
  page: Page
  devtools: CDPSession
  /** Where other programs can steer the same browser. */
  debuggingPort: number
  /** Durations that the service worker has noted under a name, in milliseconds. */
  workerMeasures(name: string): Promise<number[]>
  stop(): Promise<void>
}

/** The large changes are written without asking; nobody answers for them here. */
const policy = 'version: 1\nrules: [{ match: { kind: edit }, verdict: allow }]\n'

/** The built app in a real browser, paired with a real host over a real relay, with its push client: all on this machine. */
export async function startAppBench(): Promise<AppBench> {
  const debuggingPort = await freePort()
  const world = await openAppWorld({ args: [`--remote-debugging-port=${debuggingPort}`], policy })
  const page = await world.chromium.newPage()
  await world.pair(page)
  await world.turnOnPush(page)
  return {
    world,
    page,
    debuggingPort,
    devtools: await world.chromium.context.newCDPSession(page),
    async workerMeasures(name) {
      const [worker] = world.chromium.context.serviceWorkers()
      if (!worker) return []
      return worker.evaluate((wanted) => performance.getEntriesByName(wanted).map(({ duration }) => duration), name)
    },
    stop: () => world.close(),
  }
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
