import type { Random } from './random.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

type Place = { of: Record<string, unknown>; name: string }

function placesOf(value: unknown, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'object' && inner !== null) placesOf(inner, found)
    else found.push({ of: value as Record<string, unknown>, name })
  }
  return found
}

/** A copy with one field changed: one character of a text to another that the field's form allows, a number moved, a truth turned over. */
export function maul<T>(value: T, random: Random): T {
  const copy = structuredClone(value)
  const places = placesOf(copy)
  if (places.length === 0) return copy
  const { of, name } = random.pick(places)
  const old = of[name]
  if (typeof old === 'string' && old.length > 0) {
    const at = random.below(old.length)
    of[name] = old.slice(0, at) + random.pick([...alphabet]) + old.slice(at + 1)
  } else if (typeof old === 'number') of[name] = old + random.pick([-1, 1, -60_000, 60_000, 86_400_000])
  else if (typeof old === 'boolean') of[name] = !old
  else of[name] = null
  return copy
}
