import { join } from 'node:path'
import type { Ending } from '#protocol/statements/task.ts'
import type { ToolRequest } from '../agents/driver.ts'
import type { TaskMemory } from '../journal/memory.ts'
import type { WorktreeFacts } from './worktree-facts.ts'

const namedMost = 50

/**
 * The question whether work leaves its worktree although files in it were changed without leave. They are named, and whatever the policy says of such files, a person is asked: what
 * happened to them was not looked at by anybody.
 */
export function deviatedRequest(
  how: Ending,
  { code, files }: NonNullable<TaskMemory['deviated']>,
  { top, branch }: WorktreeFacts,
): ToolRequest {
  const named = files.slice(0, namedMost)
  return {
    kind: 'edit',
    driver: 'host',
    binding: 'exact',
    input: { ending: how, branch, code, files: named, total: files.length },
    command: null,
    edits: [],
    paths: named.map((file) => join(top, file)),
    reads: false,
    unknown: [`${files.length} files were changed without leave: look at the task’s changes first`],
  }
}
