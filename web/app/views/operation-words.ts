import type { Operation, OperationKind } from '#protocol/statements/operation.ts'
import { touchedLines } from '../../shared/touched.ts'
import type { IconName } from '../parts/icon.tsx'

export const kindIcon: Record<OperationKind, IconName> = {
  command: 'command',
  edit: 'edit',
  delete: 'delete',
  fetch: 'fetch',
  tool: 'tool',
  plan: 'plan',
  question: 'person',
  'add-device': 'device',
  sandbox: 'tool',
  policy: 'tool',
  gate: 'warning',
}

/** What an operation is about, for a line or two: the command, the files, the hosts, else its input. Of the agent's own words only a question's, in quotes. */
export function subjectOf(operation: Operation): { text: string; isCode: boolean } {
  if (operation.command !== null) return { text: operation.command, isCode: true }
  if (operation.form) return { text: `“${operation.form.message}”`, isCode: false }
  if (operation.newcomer) return { text: operation.newcomer.label, isCode: false }
  const touched = touchedLines(operation)
  if (touched.length > 0) return { text: touched.map(({ path }) => path).join(', '), isCode: true }
  return { text: operation.hosts.length > 0 ? operation.hosts.join(', ') : operation.input, isCode: true }
}
