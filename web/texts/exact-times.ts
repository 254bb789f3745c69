import { i18n } from './texts.ts'

/** Dates, durations and sizes, for what is read at leisure: they load with the other screens. */
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
