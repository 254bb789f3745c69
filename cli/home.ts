import { chmodSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where a machine keeps its state: one folder for each role it plays. */
export type Home = { root: string; relay: string; host: string; device: string }

/** `COUNTERSIGN_HOME`, else `~/.countersign`. */
export function homeOf(env: NodeJS.ProcessEnv): Home {
  const root = resolve(env.COUNTERSIGN_HOME || join(homedir(), '.countersign'))
  return { root, relay: join(root, 'relay'), host: join(root, 'host'), device: join(root, 'device') }
}

/** Makes a folder that only its owner can enter, also where it was there with wider permissions. */
export function privateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chmodSync(path, 0o700)
  return path
}
