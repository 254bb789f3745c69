import { limits } from '#protocol/limits.ts'

/** Room for everything of a frame but its items. */
const besides = 1_024

/** As many of the first items as one frame can carry; what does not fit is read over HTTP. Sizes in bytes of JSON. */
export function fitFrame<T>(items: readonly T[]): { items: T[]; more: boolean } {
  let left = limits.frameBytes - besides
  const fitting: T[] = []
  for (const item of items) {
    left -= Buffer.byteLength(JSON.stringify(item)) + 1
    if (left < 0) break
    fitting.push(item)
  }
  return { items: fitting, more: fitting.length < items.length }
}
