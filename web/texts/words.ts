/** A nested list of words; its leaves are ICU messages. */
export type Words = { readonly [name: string]: string | Words }

/** The same keys with other words: what another language has to have, no more and no less. */
export type SameWords<W> = { readonly [K in keyof W]: W[K] extends string ? string : SameWords<W[K]> }

/** `{ a: { b: 'x' } }` has the key `a.b`. */
export type KeyOf<W> = {
  [K in keyof W & (string | number)]: W[K] extends string ? `${K}` : `${K}.${KeyOf<W[K]>}`
}[keyof W & (string | number)]

export type MessageAt<W, K extends string> = K extends `${infer Head}.${infer Rest}`
  ? Head extends keyof W
    ? MessageAt<W[Head], Rest>
    : At<W, Head> extends never
      ? never
      : MessageAt<At<W, Head>, Rest>
  : At<W, K>
type At<W, K extends string> = K extends keyof W
  ? W[K]
  : K extends `${infer N extends number}`
    ? N extends keyof W
      ? W[N]
      : never
    : never

/** Names in braces. What is inside of a plural's branches has a space or a number sign, and is none. */
export type NamesIn<M> = M extends `${string}{${infer Inside}}${infer Rest}` ? NameOf<Inside> | NamesIn<Rest> : never
type NameOf<I extends string> = I extends `${infer Name},${string}` ? Plain<Name> : Plain<I>
type Plain<N extends string> = N extends `${string} ${string}` | `${string}#${string}` | '' ? never : N

/** No second argument for a message without names. */
export type Values<M> = [NamesIn<M>] extends [never] ? [] : [values: Record<NamesIn<M>, string | number>]

/** Every message by its dotted key. */
export function flatten(words: Words, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).flatMap(([name, word]) =>
      typeof word === 'string' ? [[prefix + name, word]] : Object.entries(flatten(word, `${prefix}${name}.`)),
    ),
  )
}
