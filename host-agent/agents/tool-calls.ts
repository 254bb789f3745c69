import type { Diff, ToolCallUpdate, ToolKind } from '@agentclientprotocol/sdk'

/** One tool call, as far as the agent has told it. */
export type ToolCall = {
  id: string
  title: string
  kind: ToolKind | null
  status: 'pending' | 'in_progress' | 'completed' | 'failed'
  rawInput: unknown
  diffs: Diff[]
  text: string
  paths: string[]
}

/** Tool calls of a session by id. */
export type ToolCalls = { merge(update: ToolCallUpdate): ToolCall; get(id: string): ToolCall | undefined }

/** Keeps at most so many calls, and of those that are not over so many characters: an agent that tells without end must not fill the memory. */
const kept = 2_000
const keptChars = 32 * 1024 * 1024

/**
 * Merges what an agent tells of a tool call in pieces: it may first appear in the permission request, or earlier and richer
 * (codex sends the diff only in the first update). Empty and absent fields never take away what is known.
 */
export function createToolCalls(): ToolCalls {
  const calls = new Map<string, ToolCall>()
  const weights = new Map<string, number>()
  let weight = 0

  function forget(id: string): void {
    weight -= weights.get(id) ?? 0
    weights.delete(id)
    calls.delete(id)
  }
  function keep(call: ToolCall): void {
    forget(call.id)
    const isOver = call.status === 'completed' || call.status === 'failed'
    // Nothing is asked about it any more: what it is called and what it touched is enough.
    const rest = isOver ? { ...call, rawInput: undefined, diffs: [], text: '' } : call
    calls.set(call.id, rest)
    weights.set(call.id, isOver ? 0 : weigh(rest))
    weight += weights.get(call.id) ?? 0
    while (calls.size > kept || (weight > keptChars && calls.size > 1)) forget(calls.keys().next().value as string)
  }
  return {
    get: (id) => calls.get(id),
    merge(update) {
      const before = calls.get(update.toolCallId)
      const diffs = (update.content ?? []).filter((part) => part.type === 'diff')
      const texts = (update.content ?? []).flatMap((part) =>
        part.type === 'content' && part.content.type === 'text' ? [part.content.text] : [],
      )
      const paths = (update.locations ?? []).map(({ path }) => path)
      const call: ToolCall = {
        id: update.toolCallId,
        title: update.title || before?.title || '',
        kind: update.kind ?? before?.kind ?? null,
        status: update.status ?? before?.status ?? 'pending',
        rawInput: isEmpty(update.rawInput) ? before?.rawInput : update.rawInput,
        diffs: diffs.length > 0 ? diffs : (before?.diffs ?? []),
        text: texts.length > 0 ? texts.join('\n') : (before?.text ?? ''),
        paths: paths.length > 0 ? paths : (before?.paths ?? []),
      }
      keep(call)
      return call
    },
  }
}

const weigh = ({ rawInput, diffs, text }: ToolCall) =>
  (JSON.stringify(rawInput) ?? '').length +
  text.length +
  diffs.reduce((sum, { oldText, newText }) => sum + (oldText ?? '').length + newText.length, 0)

const isEmpty = (value: unknown) =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
