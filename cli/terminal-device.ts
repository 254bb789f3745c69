import { existsSync, renameSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Rotation } from '#client/finish-rotation.ts'
import { finishRotation } from '#client/finish-rotation.ts'
import type { Device } from '#client/open-device.ts'
import { openDevice } from '#client/open-device.ts'
import { followSettlement } from '#client/settle-fork.ts'
import { pinnedRelay } from '#client/team-log.ts'
import { nodeWebSocket } from '#link/node/web-socket.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { KeyPair } from '#trust/keys.ts'
import { exportKeys, generateKeys, importKeys } from '#trust/keys.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { fileStore, replaceFile, StateDamaged, syncFolder } from './file-store.ts'
import type { Home } from './home.ts'
import { privateFolder } from './home.ts'
import type { Outcome } from './verb.ts'

const HOW = 'This terminal is no device yet: countersign device pair LINK'

/**
 * This terminal as a device of its team. `relay` is needed only before the first pairing; later the pinned one counts. A change of keys that was interrupted is finished first.
 * Errors: `not_paired`, `state_damaged`.
 */
export async function openTerminalDevice(home: Home, relay?: string): Promise<Result<Device>> {
  const rotation = await terminalRotation(home, relay)
  if (!rotation.ok) return rotation
  await finishRotation(rotation.value)
  return rotation.value.open(await terminalKeys(keysPath(home)))
}

/** How this terminal gets new keys: beside the present ones, until they take their place in one step. Errors: `not_paired`. */
export async function terminalRotation(home: Home, relay?: string): Promise<Result<Rotation>> {
  const store = fileStore(join(home.device, 'store'))
  const at = (await pinnedRelay(store)) ?? relay
  if (at === undefined) return refused('not_paired', HOW)
  const path = keysPath(home)
  const nextPath = path.replace('keys.json', 'keys-next.json')
  return ok({
    keep: {
      next: async () => (existsSync(nextPath) ? terminalKeys(nextPath) : null),
      async makeNext() {
        const keys = await terminalKeys(nextPath)
        await syncFolder(home.device)
        return keys
      },
      async switchOver() {
        if (existsSync(nextPath)) renameSync(nextPath, path)
        await syncFolder(home.device)
      },
    },
    open: (keys) =>
      openDevice({
        relay: at,
        store,
        keys,
        crypto: nodeCrypto,
        fetch: globalThis.fetch,
        WebSocket: nodeWebSocket,
      }),
  })
}

const keysPath = (home: Home) => join(privateFolder(home.device), 'keys.json')

/** A terminal has no keystore of its own: its keys are a file that only its owner can read. */
async function terminalKeys(path: string): Promise<KeyPair> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text !== undefined) {
    try {
      return await importKeys(JSON.parse(text))
    } catch {
      throw new StateDamaged(path)
    }
  }
  const keys = await generateKeys(nodeCrypto, { extractable: true })
  await replaceFile(path, JSON.stringify(await exportKeys(keys)))
  return keys
}

/**
 * Runs a verb as this terminal's device: decisions that an earlier command could not send go first, a fork that was settled is left behind, and the connection ends with the verb. Errors: those of opening
 * (`not_paired`, `state_damaged`), and the verb's.
 */
export async function asDevice(home: Home, act: (device: Device) => Promise<Outcome>): Promise<Outcome> {
  const opened = await openTerminalDevice(home)
  if (!opened.ok) return opened
  const device = opened.value
  try {
    if (!device.team()) return refused('not_paired', HOW)
    await device.flush({ tries: 1 })
    const { context } = device
    await context.team.sync(context.relay, { tries: 1 })
    // Frozen by a fork: a person may have settled it at a host meanwhile.
    await followSettlement(context)
    await device.renewLeases()
    return await act(device)
  } finally {
    device.close()
  }
}
