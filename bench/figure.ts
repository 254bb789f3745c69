/** One figure of the bench. `floor` is what the same run measured without Countersign; null where there is nothing to compare with. */
export type Figure = { name: string; value: number; unit: string; floor: number | null; ratio: number | null }

export const figure = (name: string, value: number, unit: string, floor: number | null = null): Figure => ({
  name,
  value: round(value),
  unit,
  floor: floor === null ? null : round(floor),
  ratio: floor === null || floor === 0 ? null : round(value / floor),
})

/** Nearest-rank percentile of unsorted samples; `p` from 0 to 100. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)]
  if (value === undefined) throw new Error('a percentile of nothing')
  return value
}

const round = (value: number) => Math.round(value * 100) / 100
