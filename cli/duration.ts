import { InvalidArgumentError } from 'commander'

const units = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** Reads `90m`, `12h`, `30d`, `8w` as milliseconds. */
export function readDuration(text: string): number {
  const [, count, unit] = /^(\d{1,5})([mhdw])$/.exec(text) ?? []
  if (count === undefined || unit === undefined)
    throw new InvalidArgumentError('It has to be a number and m, h, d or w, as 30d.')
  return Number(count) * units[unit as keyof typeof units]
}
