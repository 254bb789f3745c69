import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type * as z from 'zod/mini'

export type Item = Record<string, AttributeValue>
export type Value = string | number | boolean | readonly string[] | { json: unknown }

/** One value as DynamoDB writes it. A list of strings is a set (never empty there); structure is kept as JSON text: shorter, and one attribute. */
export function value(of: Value): AttributeValue {
  if (typeof of === 'string') return { S: of }
  if (typeof of === 'number') return { N: String(of) }
  if (typeof of === 'boolean') return { BOOL: of }
  if ('json' in of) return { S: JSON.stringify(of.json) }
  return { SS: [...of] }
}

/** An item; what is null or undefined is left out, since DynamoDB's null is a value and an absent attribute keeps an index sparse. */
export function item(of: Record<string, Value | null | undefined>): Item {
  const made: Item = {}
  for (const [name, each] of Object.entries(of)) if (each !== null && each !== undefined) made[name] = value(each)
  return made
}

export const textOrNull = (from: Item, name: string): string | null => from[name]?.S ?? null
export const setOf = (from: Item, name: string): string[] => from[name]?.SS ?? []
export const numberOrNull = (from: Item, name: string): number | null =>
  from[name]?.N === undefined ? null : Number(from[name].N)

/** Attributes that every row of its kind has: one that misses them was not written by us, which is a bug and no refusal. */
export function text(from: Item, name: string): string {
  const found = from[name]?.S
  if (found === undefined) throw new Error(`row without ${name}`)
  return found
}
export function number(from: Item, name: string): number {
  const found = numberOrNull(from, name)
  if (found === null) throw new Error(`row without ${name}`)
  return found
}
export const parsed = <T extends z.ZodMiniType>(from: Item, name: string, schema: T): z.infer<T> =>
  schema.parse(JSON.parse(text(from, name)))
export const parsedOrNull = <T extends z.ZodMiniType>(from: Item, name: string, schema: T): z.infer<T> | null =>
  from[name] === undefined ? null : parsed(from, name, schema)
