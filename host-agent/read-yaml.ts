import type * as z from 'zod/mini'

export type YamlRead<T> = { ok: true; value: T } | { ok: false; detail: string }

/** Reads a file of settings by its schema. What is wrong is told with its line, counted from 1. An alias, a tag, or a key that is there twice makes it invalid. */
export async function readYaml<S extends z.ZodMiniType>(content: string, schema: S): Promise<YamlRead<z.output<S>>> {
  if (content.length > 1_000_000) return { ok: false, detail: 'the file is larger than 1 MB' }
  const { LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  try {
    const document = parseDocument(content, {
      lineCounter: lines,
      uniqueKeys: true,
      stringKeys: true,
      version: '1.2',
      customTags: [],
    })
    const problem = document.errors[0] ?? document.warnings[0]
    if (problem)
      return { ok: false, detail: `line ${lines.linePos(problem.pos[0]).line}: ${firstLine(problem.message)}` }
    const parsed = schema.safeParse(document.toJS({ maxAliasCount: 0 }))
    if (parsed.success) return { ok: true, value: parsed.data }
    const issue = parsed.error.issues[0]
    const place = issue?.path.map(String) ?? []
    const what = `${place.join('.') || 'the file'}: ${issue ? wordsOf(issue) : 'invalid'}`
    // A key that nobody knows stands on a line of its own.
    const [key] = issue?.code === 'unrecognized_keys' ? issue.keys : []
    return { ok: false, detail: `line ${lineOf(key === undefined ? place : [...place, key])}: ${what}` }

    function lineOf(keys: readonly string[]): number {
      for (let length = keys.length; length > 0; length -= 1) {
        const node = document.getIn(keys.slice(0, length).map(asKey), true) as
          | { range?: [number, number, number] }
          | undefined
        if (node?.range) return lines.linePos(node.range[0]).line
      }
      return 1
    }
  } catch (error) {
    return { ok: false, detail: firstLine(error instanceof Error ? error.message : 'it is no YAML') }
  }
}

/** What is wrong, as far as the issue knows what would be right. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `there is no ${issue.keys.map((key) => `“${key}”`).join(', ')}`
  if (issue.code === 'invalid_value') return `expected ${issue.values.map(String).join(' or ')}`
  if (issue.code === 'invalid_type') return `expected ${issue.expected}`
  // The simpler of what may stand there.
  const [first] = issue.code === 'invalid_union' ? (issue.errors[0] ?? []) : []
  return first ? wordsOf(first) : issue.message
}

const firstLine = (text: string) => text.split('\n')[0]?.slice(0, 300) ?? ''
const asKey = (key: string) => (/^\d+$/.test(key) ? Number(key) : key)
