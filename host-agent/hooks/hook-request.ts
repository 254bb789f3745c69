import type { ToolKind } from '@agentclientprotocol/sdk'
import type { ToolRequest } from '../agents/driver.ts'
import type { ToolCall } from '../agents/tool-calls.ts'
import { toToolRequest } from '../agents/tool-request.ts'
import type { HookAgent, HookEvent } from './hook-event.ts'

/** The tools of both agents by what they do. One that is not listed is a tool whose effects nobody knows. */
const kinds: Readonly<Record<string, ToolKind>> = {
  Bash: 'execute',
  Write: 'edit',
  Edit: 'edit',
  MultiEdit: 'edit',
  NotebookEdit: 'edit',
  Read: 'read',
  NotebookRead: 'read',
  LS: 'read',
  Glob: 'search',
  Grep: 'search',
  TodoWrite: 'think',
  TaskCreate: 'think',
  TaskUpdate: 'think',
  TaskList: 'think',
  ExitPlanMode: 'think',
  EnterPlanMode: 'think',
  AskUserQuestion: 'think',
  update_plan: 'think',
  WebFetch: 'fetch',
  WebSearch: 'fetch',
}

/** What a tool is about to do, out of its real input. */
export function hookRequest(
  agent: HookAgent,
  { cwd, tool_name: name = '', tool_input: input }: HookEvent,
): ToolRequest {
  const driver = `hook:${agent}`
  if (name === 'apply_patch') return patchRequest(driver, cwd, input)
  const call: ToolCall = {
    id: '',
    title: name,
    kind: kinds[name] ?? null,
    status: 'pending',
    // Only a shell's input is a command, whatever another tool calls its fields.
    rawInput: name === 'Bash' ? input : withoutCommand(input),
    diffs: diffsOf(name, input),
    text: '',
    paths: [],
  }
  return { ...toToolRequest(call, driver, 'rawInput'), cwd }
}

function diffsOf(name: string, input: unknown): ToolCall['diffs'] {
  const { file_path: path, content, edits, old_string, new_string } = (input ?? {}) as Record<string, unknown>
  if (typeof path !== 'string') return []
  if (name === 'Write' && typeof content === 'string') return [{ path, oldText: null, newText: content }]
  const list =
    name === 'Edit' ? [{ old_string, new_string }] : name === 'MultiEdit' && Array.isArray(edits) ? edits : []
  return list.flatMap((edit: { old_string?: unknown; new_string?: unknown }) =>
    typeof edit.old_string === 'string' && typeof edit.new_string === 'string'
      ? [{ path, oldText: edit.old_string, newText: edit.new_string }]
      : [],
  )
}

/** Codex's patches name their files in lines of their own. */
function patchRequest(driver: string, cwd: string, input: unknown): ToolRequest {
  const { command, input: patch } = (input ?? {}) as Record<string, unknown>
  const text = [command, patch].find((value) => typeof value === 'string') ?? ''
  const named = [...String(text).matchAll(/^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+)$/gm)]
  const paths = named.map(([, path]) => (path ?? '').trim())
  return {
    kind: 'edit',
    driver,
    binding: 'fenced',
    cwd,
    input,
    command: null,
    edits: [],
    paths: [...new Set(paths)].slice(0, 100),
    reads: false,
    unknown: paths.length === 0 ? ['The files of the patch are not named'] : [],
  }
}

function withoutCommand(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('command' in input)) return input
  const { command, ...rest } = input
  return { ...rest, 'its command': command }
}
