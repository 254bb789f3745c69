import type { ToolCallUpdate } from '@agentclientprotocol/sdk'
import type { AgentEvent } from './driver.ts'
import type { ToolCall } from './tool-calls.ts'

type ToolEvent = Extract<AgentEvent, { type: 'tool' }>

const statuses = { pending: 'pending', in_progress: 'running', completed: 'completed', failed: 'failed' } as const

function state(call: ToolCall): ToolEvent {
  return {
    type: 'tool',
    key: call.id.slice(0, 128),
    title: call.title.slice(0, 2_000),
    kind: call.kind ?? 'other',
    status: statuses[call.status],
    ...(call.paths.length > 0 ? { paths: call.paths.slice(0, 20).map((path) => path.slice(0, 1_000)) } : {}),
  }
}

/** The events that one update of a tool call adds to the task's log: its state, and new output of a command, which comes before its end. */
function of(call: ToolCall, update: ToolCallUpdate): AgentEvent[] {
  const text = outputOf(call, update)
  if (text === '') return [state(call)]
  const output: AgentEvent = { type: 'output', key: call.id.slice(0, 128), stream: 'both', text }
  return call.status === 'completed' || call.status === 'failed' ? [output, state(call)] : [state(call), output]
}

/** Agents send output as increments in `_meta` (claude, codex), or as whole at the end (`rawOutput`, or text content). */
function outputOf(call: ToolCall, update: ToolCallUpdate): string {
  const meta = update._meta ?? {}
  for (const name of ['terminal_output_delta', 'terminal_output']) {
    const part = meta[name]
    if (isRecord(part) && typeof part.data === 'string') return part.data
  }
  if (update.status !== 'completed' && update.status !== 'failed') return ''
  if (call.kind !== 'execute') return ''
  if (typeof update.rawOutput === 'string') return update.rawOutput
  const texts = (update.content ?? []).flatMap((part) =>
    part.type === 'content' && part.content.type === 'text' ? [part.content.text] : [],
  )
  return texts.join('\n').replace(/^```(?:console)?\n([\s\S]*)\n```$/, '$1')
}

/** The exit code where the agent tells one; null where it does not. */
function exitCode(update: ToolCallUpdate): number | null {
  const exit = update._meta?.terminal_exit
  if (isRecord(exit) && Number.isInteger(exit.exit_code)) return exit.exit_code as number
  const raw = update.rawOutput
  if (isRecord(raw) && Number.isInteger(raw.exitCode)) return raw.exitCode as number
  return null
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

export const toolEvents = { state, of, exitCode }
