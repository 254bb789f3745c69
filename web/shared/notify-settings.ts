import type { Store } from '#client/store.ts'
import type { Tier } from '#protocol/statements/trust-entry.ts'

/** What may make a sound: what is risky to allow, what is not, what became of it, and that a task has ended. */
export const notifyKinds = ['risky', 'low', 'outcome', 'done'] as const
export type NotifyKind = (typeof notifyKinds)[number]

/** Minutes of the day, by this device's clock. `from` after `to` goes over midnight. */
export type QuietHours = { from: number; to: number }

/** `off` lists what of a host is put into the digest; a host that is not named notifies of all. Quiet null: none. */
export type NotifySettings = { quiet: QuietHours | null; off: Readonly<Record<string, readonly NotifyKind[]>> }

export type NotifyChange = (now: NotifySettings) => NotifySettings

export const allOn: NotifySettings = { quiet: null, off: {} }

const KEY = 'app/notify'

export const readNotifySettings = async (store: Store): Promise<NotifySettings> =>
  (await store.get<NotifySettings>(KEY)) ?? allOn

/** From what is kept and not from what is shown: two taps in a row, or in two tabs, both count. */
export const changeNotifySettings = async (store: Store, change: NotifyChange): Promise<NotifySettings> =>
  (await store.update<NotifySettings>(KEY, (old = allOn) => change(old))) ?? allOn

export const kindOfTier = (tier: Tier): NotifyKind => (tier >= 2 ? 'risky' : 'low')

/**
 * Whether something is shown by itself, or only counted in the silent digest: a push always has to show something. What is critical (tier 3) is never quiet by the hour:
 * it ends in minutes, and somebody waits for it.
 */
export function isLoud(
  { quiet, off }: NotifySettings,
  { host, kind, tier }: { host: string; kind: NotifyKind; tier: Tier | null },
  at: Date,
): boolean {
  if (off[host]?.includes(kind)) return false
  return tier === 3 || quiet === null || !isWithin(quiet, at.getHours() * 60 + at.getMinutes())
}

const isWithin = ({ from, to }: QuietHours, minute: number): boolean =>
  from <= to ? from <= minute && minute < to : minute >= from || minute < to

export function withKind(settings: NotifySettings, host: string, kind: NotifyKind, on: boolean): NotifySettings {
  const rest = (settings.off[host] ?? []).filter((other) => other !== kind)
  return { ...settings, off: { ...settings.off, [host]: on ? rest : [...rest, kind] } }
}
