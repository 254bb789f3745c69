import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Device } from '#client/open-device.ts'
import { readJournal } from '#host-agent/journal/journal-reader.ts'
import { loadModels } from '#host-agent/models/models-file.ts'
import { loadProjects } from '#host-agent/projects/projects-file.ts'
import type { Relay } from '#link/relay-http.ts'
import type { Result } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import type { Home } from '../home.ts'
import { sentence } from '../output.ts'
import { policyFile } from '../policy-file.ts'

/** `absent`: not there, which is no fault: a machine need not be everything at once. */
export type Check = { name: string; state: 'good' | 'absent' | 'wrong'; detail: string }

export function checkNode(): Check {
  const [major = 0] = process.versions.node.split('.').map(Number)
  const detail = `Node ${process.versions.node}`
  return major >= 24 ? good('node', detail) : wrong('node', `${detail}; Countersign needs 24 or newer`)
}

/** Keys lie in these folders, so nobody else may look in. */
export function checkFolders(home: Home): Check[] {
  return (['relay', 'host', 'device'] as const).map((role) => {
    const path = home[role]
    if (!existsSync(path)) return { name: `${role} folder`, state: 'absent', detail: path }
    const open = statSync(path).mode & 0o077
    return open === 0 ? good(`${role} folder`, path) : wrong(`${role} folder`, `others can read it: chmod 700 ${path}`)
  })
}

export async function checkHost(home: Home): Promise<Check[]> {
  const path = join(home.host, 'journal.jsonl')
  if (!existsSync(path)) return [{ name: 'journal', state: 'absent', detail: 'no host agent has run here' }]
  const read = readJournal(readFileSync(path))
  return [
    read.ok
      ? good('journal', `${read.value.lines.length} lines, the chain is whole`)
      : wrong('journal', sentence(read.code, read.detail)),
  ]
}

/** The files that people write for the host. One that is not there is none, which is no fault. */
export async function checkFiles(home: Home): Promise<Check[]> {
  const files = [
    { name: 'policy', load: (path: string) => policyFile(home, path) },
    { name: 'models', load: () => loadModels(home.host) },
    { name: 'projects', load: (path: string) => loadProjects(path, [], () => {}) },
  ].map((file) => ({ ...file, path: join(home.host, `${file.name}.yaml`) }))
  return Promise.all(
    files
      .filter(({ path }) => existsSync(path))
      .map(async ({ name, load, path }) => {
        const loaded = await load(path)
        return loaded.ok ? good(`${name} file`, path) : wrong(`${name} file`, sentence(loaded.code, loaded.detail))
      }),
  )
}

export async function checkDevice(device: Result<Device>): Promise<Check> {
  const none: Check = { name: 'device', state: 'absent', detail: 'this terminal is none: countersign device pair LINK' }
  if (!device.ok) return device.code === 'not_paired' ? none : wrong('device', sentence(device.code, device.detail))
  const team = device.value.team()
  if (!team) return none
  const waiting = (await device.value.context.store.list('outbox/')).length
  const synced = await device.value.syncTeam()
  const detail = `${device.value.kid} in ${team.teamId}, trust log at ${team.head.n}${waiting > 0 ? `, ${waiting} decisions not sent yet` : ''}`
  if (synced.ok || synced.code === 'relay_unreachable') return good('device', detail)
  return wrong('device', sentence(synced.code, synced.detail))
}

/** `isNamed`: somebody means this one; else it is only where one would be on this machine. */
export async function checkRelay(relay: Relay, isNamed: boolean, now: number): Promise<Check[]> {
  const place = await relay.call('relay.read', { tries: 1 })
  if (!place.ok && place.code === 'relay_unreachable' && !isNamed)
    return [
      { name: 'relay', state: 'absent', detail: 'none runs here, and this machine is paired at none: countersign up' },
    ]
  if (!place.ok) return [wrong('relay', `${relay.origin}: ${sentence(place.code, place.detail)}`)]
  const skewMs = place.value.time - now
  const detail = `${Math.abs(skewMs) < 2_000 ? 'agrees' : `differs by ${Math.round(skewMs / 1_000)} s`}`
  return [
    good(
      'relay',
      `${relay.origin}, protocol ${place.value.protocol}, ${place.value.claimed ? 'has a team' : 'no team yet'}`,
    ),
    Math.abs(skewMs) <= limits.clockSkewMs
      ? good('clock', detail)
      : wrong('clock', `${detail} from the relay’s; set this machine’s clock`),
  ]
}

const good = (name: string, detail: string): Check => ({ name, state: 'good', detail })
const wrong = (name: string, detail: string): Check => ({ name, state: 'wrong', detail })
