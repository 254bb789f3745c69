import type { Price } from './models-file.ts'

/** What a model's call costs, in millionths of a US dollar: a price is per million tokens, so tokens times price. Cached ones cost as others where no price for them is named. */
export function costOf(
  { input, output, cached }: { input: number; output: number; cached: number },
  price: Price,
): number {
  const fromCache = Math.min(cached, input)
  return Math.ceil(
    (input - fromCache) * price.input + fromCache * (price.cached ?? price.input) + output * price.output,
  )
}
