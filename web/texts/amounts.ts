import { i18n } from './texts.ts'

/** "12,340" */
export const amount = (count: number): string => new Intl.NumberFormat(i18n.locale).format(count)

/** Millionths of a currency (ISO 4217) as "$0.0042": small sums keep two digits that count. */
export function money(micros: number, currency: string): string {
  const value = micros / 1_000_000
  const digits = value >= 1 || value === 0 ? 2 : 4
  try {
    const style = { style: 'currency', currency, maximumFractionDigits: digits, minimumFractionDigits: 2 } as const
    return new Intl.NumberFormat(i18n.locale, style).format(value)
  } catch {
    // No code that a browser knows.
    return `${value.toFixed(digits)} ${currency}`
  }
}
