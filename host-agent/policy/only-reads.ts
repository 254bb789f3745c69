import type { ToolRequest } from '../agents/driver.ts'
import { classifyCommand } from './classify-command.ts'
import { absolutePath } from './places.ts'

/** Whether what an agent asks for changes no file, as far as the host can tell by itself. */
export function onlyReads({ reads, kind, command, widening, cwd }: ToolRequest, project: string): boolean {
  if (widening) return widening.open === 'read'
  if (kind !== 'command' || command === null) return reads
  const { tier, uninspectable } = classifyCommand(command, absolutePath(cwd ?? project, project), project).risk
  return tier === 0 && uninspectable.length === 0
}
