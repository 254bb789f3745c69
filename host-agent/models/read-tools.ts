import type { ChatCompletionFunctionTool } from 'openai/resources/chat/completions'
import * as z from 'zod/mini'
import type { ProjectFiles } from './project-files.ts'

const mostLines = 400
const mostFound = 60

const tool = (name: string, description: string, properties: Record<string, unknown>): ChatCompletionFunctionTool => ({
  type: 'function',
  function: {
    name,
    description,
    parameters: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  },
})
const string = { type: 'string' }

/** What a model is told it can do; all of it only reads. */
export const readTools: readonly ChatCompletionFunctionTool[] = [
  tool('list_files', 'Names of the project’s files that begin with a prefix; "" lists all.', { prefix: string }),
  tool('read_file', `At most ${mostLines} lines of one file, from a line on (the first is 1).`, {
    path: string,
    line: { type: 'integer' },
  }),
  tool('search', `Up to ${mostFound} lines of the project that contain a text.`, { text: string }),
]

const Call = z.discriminatedUnion('tool', [
  z.object({ tool: z.literal('list_files'), prefix: z.string() }),
  z.object({ tool: z.literal('read_file'), path: z.string(), line: z.int() }),
  z.object({ tool: z.literal('search'), text: z.string().check(z.minLength(1)) }),
])
export type ReadCall = z.infer<typeof Call>

/** Null: the model asked for nothing that there is. */
export function parseCall(name: string, input: string): ReadCall | null {
  try {
    return Call.safeParse({ ...(JSON.parse(input) as object), tool: name }).data ?? null
  } catch {
    return null
  }
}

export const titleOf = (call: ReadCall): string => {
  if (call.tool === 'read_file') return `Read ${call.path}`
  return call.tool === 'search' ? `Search “${call.text}”` : `List ${call.prefix || 'files'}`
}

export const noSuchFile = 'There is no such file that may be read.'

export async function answerCall(files: ProjectFiles, call: ReadCall): Promise<string> {
  const names = await files.list()
  if (call.tool === 'list_files') {
    const fitting = names.filter((name) => name.startsWith(call.prefix))
    return [...fitting.slice(0, 500), ...(fitting.length > 500 ? [`… and ${fitting.length - 500} more`] : [])].join(
      '\n',
    )
  }
  if (call.tool === 'read_file') {
    const content = await files.read(call.path)
    if (content === null) return noSuchFile
    const lines = content.split('\n')
    const from = Math.max(call.line, 1) - 1
    return lines
      .slice(from, from + mostLines)
      .map((line, at) => `${from + at + 1}\t${line.slice(0, 500)}`)
      .join('\n')
  }
  const found: string[] = []
  for (const name of names) {
    const content = await files.read(name)
    for (const [at, line] of (content ?? '').split('\n').entries()) {
      if (line.includes(call.text)) found.push(`${name}:${at + 1}: ${line.trim().slice(0, 300)}`)
      if (found.length >= mostFound) return `${found.join('\n')}\n… and maybe more`
    }
  }
  return found.join('\n') || 'Nothing was found.'
}
