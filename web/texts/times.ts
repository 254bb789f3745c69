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

export const clockTime = (at: number): string =>
  new Intl.DateTimeFormat(i18n.locale, { hour: '2-digit', minute: '2-digit' }).format(at)

export const date = (at: number): string => new Intl.DateTimeFormat(i18n.locale, { dateStyle: 'medium' }).format(at)

export const dateTime = (at: number): string =>
  new Intl.DateTimeFormat(i18n.locale, { dateStyle: 'medium', timeStyle: 'short' }).format(at)

/** "1.2 MB" */
export function byteSize(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1)
  const unit = units[step] ?? 'byte'
  const format = new Intl.NumberFormat(i18n.locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  })
  return format.format(bytes / 1_000 ** step)
}

/** "850 ms", "12.3 sec", "15 min", "3 hr" */
export function shortTime(ms: number): string {
  const format = (value: number, unit: string) =>
    new Intl.NumberFormat(i18n.locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(
      value,
    )
  return ms < 1_000
    ? format(ms, 'millisecond')
    : ms < 120_000
      ? format(ms / 1_000, 'second')
      : ms < 7_200_000
        ? format(ms / 60_000, 'minute')
        : format(ms / 3_600_000, 'hour')
}
