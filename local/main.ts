import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { repositories } from '#functions/adapters/dynamodb/repositories.ts'
import { webPushes } from '#functions/adapters/web-push/pushes.ts'
import { createApp } from '#functions/app.ts'
import type { Ports } from '#functions/ports/ports.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { newId } from '#protocol/ids.ts'
import { localBlobs } from './blobs.ts'
import { claimPath, onClaimWanted, renewClaim, tendClaim } from './claim.ts'
import { openDatabase } from './database.ts'
import { deleteExpired } from './delete-expired.ts'
import { createGateway, socketPath } from './gateway/gateway.ts'
import { liveConnections } from './gateway/live-connections.ts'
import { management } from './gateway/management.ts'
import { listen } from './listen.ts'
import { managedConnections } from './managed-connections.ts'
import { type Observe, observeApp, observeDatabase } from './observe.ts'
import { checkPlace, publicOrigin, writePlace } from './place.ts'
import { privateFolder } from './private-file.ts'
import { type RelayLog, relayLog } from './relay-log.ts'
import { repeat } from './repeat.ts'
import { serveSite } from './site.ts'
import { vapidKeys } from './vapid.ts'

export type RelayOptions = {
  /** 0: a free one. */
  port: number
  dataDir: string
  /** The https origin under which phones reach it; absent: `http://localhost:PORT`. */
  publicUrl?: string
  /** The built app; absent: none is served. */
  appDir?: string
  log: RelayLog
  /** Epoch milliseconds; tests move it by hand. */
  clock?: { now(): number }
  /** Counts calls, for tests and benches. */
  observe?: Observe
  /** It is understood that another origin than before loses every pairing. */
  repair?: boolean
}

export type RelayHandle = {
  /** Where programs on this machine reach it. */
  url: string
  /** The public origin: what pairing links name, and pages belong to. */
  origin: string
  claimPath: string
  /** The database engine: loopback, and whoever can reach it can read ids and ciphertext. */
  engineUrl: string
  /** Its process, for whoever measures it; null while it is being started again. */
  enginePid(): number | null
  /** What else comes once a minute: the sweep and the limits of connections. */
  sweep(): Promise<void>
  close(): Promise<void>
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/**
 * The relay on this machine: the functions of the cloud behind a gateway with API Gateway's events and limits, on an embedded database. Errors:
 * `port_in_use`, `usage` (the public URL), `conflict` (another origin than before; another relay on the same data), `unavailable` (no engine).
 */
export async function startRelay(options: RelayOptions): Promise<Result<RelayHandle>> {
  // The relay shares a person's machine: with it, 10,000 events leave about 110 MB resident, without it about 180.
  setFlagsFromString('--optimize-for-size')
  const { log, clock = { now: () => Date.now() } } = options
  const publicUrl = options.publicUrl === undefined ? undefined : publicOrigin(options.publicUrl)
  if (publicUrl === null) return refused('usage', 'The public URL has to be an https origin, as https://example.org')
  const dataDir = privateFolder(options.dataDir)
  const listening = await listen(options.port)
  if (!listening) return refused('port_in_use')
  const url = `http://localhost:${listening.port}`
  const origin = publicUrl ?? url
  const place = await checkPlace(dataDir, origin, { repair: options.repair ?? false, chosen: options.port === 0 })
  const database = place.ok ? await openDatabase(dataDir, log) : null
  if (!place.ok || !database) {
    await listening.close()
    return place.ok
      ? refused('unavailable', 'There is no database engine for this machine. Set COUNTERSIGN_ENGINE to one.')
      : place
  }

  const live = liveConnections(clock)
  const portLog = relayLog(log)
  const blobs = localBlobs(join(dataDir, 'blobs'), origin, clock)
  const socketUrl = `${origin.replace(/^http/, 'ws')}${socketPath}`
  const ports: Ports = {
    settings: { origins: [...new Set([origin, url])], socketUrl },
    clock,
    log: portLog,
    newInboxId: (now) => newId('inb', now),
    connections: managedConnections(management(live, clock), portLog),
    ...repositories(database.db),
    pushes: webPushes(vapidKeys(dataDir, origin), { clock, log: portLog, appOrigin: origin }),
    blobs,
  }
  if (options.observe) observeDatabase(database.db.client, options.observe)
  const app = options.observe ? observeApp(createApp(ports), options.observe) : createApp(ports)
  await renewClaim(dataDir, ports.teams, clock.now())
  const site = options.appDir === undefined ? null : serveSite(options.appDir, [socketUrl])
  const others = async (...ask: Parameters<typeof blobs.serve>) =>
    (await blobs.serve(...ask)) || (site !== null && (await site(...ask)))
  listening.serve(createGateway(app, { live, others, clock }))
  writePlace(dataDir, { url, origin, pid: process.pid })

  const sweep = async () => {
    live.closeOverdue()
    await app.sweep()
    await tendClaim(dataDir, ports.teams, clock.now())
  }
  const clean = async () => {
    await deleteExpired(database.db.client, database.db.table, clock.now())
    await blobs.deleteExpired(clock.now())
  }
  const failed = (error: unknown) => portLog.error('sweep failed', {}, error)
  const timers = [repeat(minuteMs, sweep, failed), repeat(hourMs, clean, failed)]
  const unwatch = onClaimWanted(dataDir, () => void tendClaim(dataDir, ports.teams, clock.now()).catch(failed))

  return ok({
    url,
    origin,
    claimPath: claimPath(dataDir),
    engineUrl: database.engineUrl,
    enginePid: database.enginePid,
    sweep,
    async close() {
      unwatch()
      await Promise.all(timers.map((stop) => stop()))
      live.terminateAll()
      await listening.close()
      await database.close()
    },
  })
}
