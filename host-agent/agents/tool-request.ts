import type { OperationKind } from '#protocol/statements/operation.ts'
import type { ToolRequest } from './driver.ts'
import type { ToolCall } from './tool-calls.ts'

const kinds: Readonly<Record<string, OperationKind>> = {
  execute: 'command',
  edit: 'edit',
  move: 'edit',
  delete: 'delete',
  fetch: 'fetch',
  switch_mode: 'plan',
}

/** What the agent's tool was given, without ids: the gate makes the operation of it. `commandIn`: where this agent names its command. */
export function toToolRequest(call: ToolCall, driver: string, commandIn: 'rawInput' | 'title'): ToolRequest {
  const raw = isRecord(call.rawInput) ? call.rawInput : {}
  const command = commandOf(raw) ?? (commandIn === 'title' && call.kind === 'execute' ? call.title : null)
  const kind = call.diffs.length > 0 ? 'edit' : command !== null ? 'command' : (kinds[call.kind ?? ''] ?? 'tool')
  const folder = [raw.cwd, raw.workdir, raw.directory].find((value) => typeof value === 'string' && value !== '')
  const named = [...call.paths, ...pathsOf(raw)]
  return {
    kind,
    driver,
    binding: 'fenced',
    ...(kind === 'command' && typeof folder === 'string' ? { cwd: folder } : {}),
    input: call.rawInput ?? { kind: call.kind, title: call.title, text: call.text },
    command,
    edits: call.diffs.map(({ path, oldText, newText }) => ({ path, oldText: oldText ?? null, newText })),
    // A command's own words say what it touches; what the agent adds would only be its word.
    paths: kind === 'command' ? [] : [...new Set(named)].slice(0, 100),
    reads: kind === 'tool' && /^(read|search|think)$/.test(call.kind ?? ''),
    unknown: named.length > 100 ? ['More than 100 files are named'] : [],
    ...wordsOf(call, command),
  }
}

function commandOf(raw: Readonly<Record<string, unknown>>): string | null {
  const { command } = raw
  if (typeof command === 'string') return command
  if (!Array.isArray(command) || !command.every((word) => typeof word === 'string')) return null
  const [shell, option, script] = command as string[]
  if (command.length === 3 && /(^|\/)(ba|z|da)?sh$/.test(shell ?? '') && /^-l?c$/.test(option ?? ''))
    return script ?? null
  return command
    .map((word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ')
}

function pathsOf(raw: Readonly<Record<string, unknown>>): string[] {
  const values = [raw.path, raw.file_path, raw.filePath, raw.filepath, raw.absolute_path, raw.notebook_path, raw.paths]
  return values.flat().filter((value): value is string => typeof value === 'string' && value !== '')
}

function wordsOf({ title, text }: ToolCall, command: string | null): { words?: string } {
  const words = [title, text].filter((part) => part !== '' && part !== command).join('\n')
  return words === '' ? {} : { words: words.slice(0, 2_000) }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
