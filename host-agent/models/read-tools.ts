import type { ChatCompletionFunctionTool } from 'openai/resources/chat/completions'
import * as z from 'zod/mini'
import type { ProjectFiles } from './project-files.ts'
import type { ProjectHistory } from './project-history.ts'

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
  tool(
    'history',
    'The newest commits: of one file or folder ("": of all), whose message contains a text ("": any), up to a commit by its hash ("": the one checked out).',
    { path: string, text: string, from: string },
  ),
  tool('show_commit', 'Message and diff of one commit by its hash; of one file or folder in it, "": of all.', {
    commit: string,
    path: string,
  }),
  tool('blame', 'Which commit and author each line of a file comes from, from a line on (the first is 1).', {
    path: string,
    line: { type: 'integer' },
  }),
]

const Call = z.discriminatedUnion('tool', [
  z.object({ tool: z.literal('list_files'), prefix: z.string() }),
  z.object({ tool: z.literal('read_file'), path: z.string(), line: z.int() }),
  z.object({ tool: z.literal('search'), text: z.string().check(z.minLength(1)) }),
  z.object({ tool: z.literal('history'), path: z.string(), text: z.string(), from: z.string() }),
  z.object({ tool: z.literal('show_commit'), commit: z.string(), path: z.string() }),
  z.object({ tool: z.literal('blame'), path: z.string(), line: z.int() }),
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
  if (call.tool === 'search') return `Search “${call.text}”`
  if (call.tool === 'history') return `History of ${call.path || 'the project'}${call.text && `: “${call.text}”`}`
  if (call.tool === 'show_commit') return `Show ${[call.commit, call.path].filter(Boolean).join(': ')}`
  return call.tool === 'blame' ? `Who wrote ${call.path}` : `List ${call.prefix || 'files'}`
}

export const noSuchFile = 'There is no such file that may be read.'
export const noSuchCommit = 'There is no such commit.'

/** What a model may look at. */
export type Readable = { files: ProjectFiles; history: ProjectHistory }

/** Files of which a call would show something, for the policy. Null: it asks for what could not be given anyway. */
export async function pathsOf({ files, history }: Readable, call: ReadCall): Promise<readonly string[] | null> {
  if (call.tool === 'show_commit') return history.filesOf(call.commit, call.path)
  if (call.tool === 'history') return call.path === '' ? [] : [call.path]
  if (call.tool === 'list_files' || call.tool === 'search') return []
  return (await files.has(call.path)) ? [call.path] : null
}

/** `paths`: those that the policy was asked about. */
export async function answerCall(readable: Readable, call: ReadCall, paths: readonly string[]): Promise<string> {
  const { files, history } = readable
  if (call.tool === 'history') return (await history.log(call)) || noSuchCommit
  if (call.tool === 'show_commit') return (await history.show(call.commit, paths)) ?? noSuchCommit
  if (call.tool === 'blame') return (await history.blame(call.path, call.line)) ?? noSuchFile
  if (call.tool === 'read_file') return readLines(files, call)
  const names = await files.list()
  if (call.tool === 'search') return search(files, names, call.text)
  const fitting = names.filter((name) => name.startsWith(call.prefix))
  return [...fitting.slice(0, 500), ...(fitting.length > 500 ? [`… and ${fitting.length - 500} more`] : [])].join('\n')
}

async function readLines(files: ProjectFiles, { path, line: first }: { path: string; line: number }): Promise<string> {
  const content = await files.read(path)
  if (content === null) return noSuchFile
  const from = Math.max(first, 1) - 1
  return content
    .split('\n')
    .slice(from, from + mostLines)
    .map((line, at) => `${from + at + 1}\t${line.slice(0, 500)}`)
    .join('\n')
}

async function search(files: ProjectFiles, names: readonly string[], text: string): Promise<string> {
  const found: string[] = []
  for (const name of names) {
    const content = await files.read(name)
    for (const [at, line] of (content ?? '').split('\n').entries()) {
      if (line.includes(text)) found.push(`${name}:${at + 1}: ${line.trim().slice(0, 300)}`)
      if (found.length >= mostFound) return `${found.join('\n')}\n… and maybe more`
    }
  }
  return found.join('\n') || 'Nothing was found.'
}
