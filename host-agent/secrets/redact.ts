import type { Operation } from '#protocol/statements/operation.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { commitTo } from '#trust/operation.ts'
import { printedForms, secretFlag } from './secret-forms.ts'

/** Commitments that an operation carries; the last one binds all further secrets together. */
const listed = 100

export type Redactor = {
  /** The text with each secret replaced by its placeholder; the same secret always by the same one. */
  redact(text: string): string
  /** A JSON value with every text in it redacted, names of members too. */
  redactValue(value: unknown): unknown
  /** A command's words, as many as there are: one may be secret by the flag before it alone. */
  redactWords(words: readonly string[]): string[]
  /** A path, step by step: no secret in one of them takes the name of another away from the policy. */
  redactPath(path: string): string
  /** Where a text holds secrets, as [start, end) in its characters. */
  spans(text: string): [number, number][]
  /** Whether a secret that the host knows by value may begin at one of the words of this text and go on after it. */
  mayBegin(text: string): boolean
  /** Salted commitments to what was replaced so far. */
  secrets(crypto: CryptoPort): Promise<Operation['secrets']>
}

/**
 * Replaces secrets, by their form (`secret-forms.ts`) and by value where the host knows them (`known-secrets.ts`). `salt` stays on the host, so that nobody can
 * try out short secrets against their commitments. `forms`: those of what is only read, or of what may run. What has neither form nor name can't be found: it is shown.
 */
export function createRedactor(
  salt: string,
  known: readonly string[] = [],
  forms: readonly RegExp[] = printedForms,
): Redactor {
  const found = new Map<string, string>()
  // The longest first: one known secret may be the beginning of another.
  const values = [...known].sort((a, b) => b.length - a.length)
  const placeholder = (secret: string) => {
    const name = found.get(secret) ?? `⟨secret ${found.size + 1}⟩`
    found.set(secret, name)
    return name
  }
  const byForm = (text: string, form: RegExp) =>
    text.replace(form, (...groups: unknown[]) => {
      const [match, taken] = secretOf(groups)
      // A form that ends at the space within a mark took the beginning of that mark along.
      const secret = taken.replace(/⟨secret$/, '')
      if (secret === '' || /^⟨secret \d+⟩$/.test(secret)) return match
      const at = match.lastIndexOf(taken)
      return match.slice(0, at) + placeholder(secret) + match.slice(at + secret.length)
    })
  const redact = (text: string) =>
    forms.reduce(
      byForm,
      values.reduce((clear, each) => (clear.includes(each) ? clear.replaceAll(each, placeholder(each)) : clear), text),
    )
  const redactValue = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value)
    if (Array.isArray(value)) return value.map(redactValue)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [redact(name), redactValue(each)]))
  }
  const redactWord = (word: string, before: string | undefined): string => {
    if (before === undefined || !secretFlag.test(before)) return redact(word)
    // As it would be typed.
    const quote = /^[^\s"']+$/.test(word) ? '' : '"'
    const line = redact(`${before} ${quote}${word}${quote}`)
    return line.slice(before.length + 1 + quote.length, line.length - quote.length)
  }
  return {
    redact,
    redactValue,
    redactWords: (words) => words.map((word, at) => redactWord(word, words[at - 1])),
    redactPath: (path) => path.split('/').map(redact).join('/'),
    spans: (text) => [
      ...forms.flatMap((form) =>
        [...text.matchAll(form)].map(({ index, 0: match }): [number, number] => [index, index + match.length]),
      ),
      ...values.flatMap((each) => occurrences(text, each)),
    ],
    mayBegin: (text) =>
      [...text.matchAll(/(?<!\S)\S/g)].some(({ index }) => values.some((each) => each.startsWith(text.slice(index)))),
    async secrets(crypto) {
      const all = [...found]
      const rest = all.slice(listed - 1)
      const single = all.length > listed ? all.slice(0, listed - 1) : all
      const commitments = await Promise.all(
        single.map(async ([secret, name]) => ({ placeholder: name, commitment: await commitTo(crypto, salt, secret) })),
      )
      if (all.length <= listed) return commitments
      const together = JSON.stringify(rest.map(([secret]) => secret))
      return [
        ...commitments,
        { placeholder: `⟨secrets ${listed} to ${all.length}⟩`, commitment: await commitTo(crypto, salt, together) },
      ]
    },
  }
}

/** What `replace` hands over: the match, then one group for each way in which the secret may be written. */
function secretOf(groups: unknown[]): [string, string] {
  const [match, ...rest] = groups
  const secret = rest.find((group) => typeof group === 'string')
  return [String(match), typeof secret === 'string' ? secret : String(match)]
}

function occurrences(text: string, value: string): [number, number][] {
  const spans: [number, number][] = []
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + value.length))
    spans.push([at, at + value.length])
  return spans
}
