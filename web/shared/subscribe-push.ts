import type { Device } from '#client/open-device.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { PushSubscription as PushAddress } from '#protocol/records.ts'
import { fromBase64url } from '#trust/bytes.ts'

/**
 * Makes sure that the browser has a push address made for this relay's key, and that the relay knows it. An address made for another key is given up first: the push
 * service would refuse what the relay sends. Errors: `push_endpoint_refused`, `push_gone` (the browser gave none), those of the calls.
 */
export async function subscribePush(device: Device, manager: PushManager): Promise<Result<string>> {
  const key = await device.pushKey()
  if (!key.ok) return key
  const applicationServerKey = fromBase64url(key.value)
  if (!applicationServerKey) return refused('internal')
  const subscription = await addressFor(manager, applicationServerKey)
  if (!subscription) return refused('push_gone')
  const { endpoint, keys } = subscription.toJSON()
  const address = PushAddress.safeParse({ endpoint, keys: { p256dh: keys?.p256dh, auth: keys?.auth } })
  if (!address.success) return refused('push_gone')
  const told = await device.subscribe(address.data)
  return told.ok ? ok(address.data.endpoint) : told
}

async function addressFor(manager: PushManager, wanted: Uint8Array<ArrayBuffer>): Promise<PushSubscription | null> {
  const present = await manager.getSubscription()
  if (present && isSame(present.options.applicationServerKey, wanted)) return present
  await present?.unsubscribe()
  try {
    return await manager.subscribe({ userVisibleOnly: true, applicationServerKey: wanted })
  } catch {
    // Permission taken back, a browser without a push service, or its service unreachable: all of them mean no address.
    return null
  }
}

function isSame(present: ArrayBuffer | null, wanted: Uint8Array): boolean {
  const bytes = new Uint8Array(present ?? new ArrayBuffer(0))
  return bytes.length === wanted.length && bytes.every((byte, index) => byte === wanted[index])
}
