import { i18n } from './texts.ts'

const steps: readonly [limit: number, unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  [3_600_000, 'minute', 60_000],
  [86_400_000, 'hour', 3_600_000],
  [Number.POSITIVE_INFINITY, 'day', 86_400_000],
]

/** "in 8 hours", "3 minutes ago". Both in epoch milliseconds. */
export function relativeTime(at: number, now: number): string {
  const format = new Intl.RelativeTimeFormat(i18n.locale, { numeric: 'auto' })
  const distance = at - now
  const [, unit, ms] = steps.find(([limit]) => Math.abs(distance) < limit) as (typeof steps)[number]
  // Below a minute nobody counts.
  if (Math.abs(distance) < 60_000) return format.format(0, 'second')
  return format.format(Math.trunc(distance / ms), unit)
}
