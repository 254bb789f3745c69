import { basename } from 'node:path'
import { terminalStates } from '#protocol/records.ts'
import type { HostStatus } from '#protocol/statements/status.ts'
import type { Memory, TaskMemory } from '../journal/memory.ts'
import type { Redactor } from '../secrets/redact.ts'

const listedMost = 50

/** Ended tasks whose worktree still waits for what becomes of it, newest first; nothing where there is none. */
export function listWorktrees({ tasks }: Memory, { redactPath }: Redactor): Pick<HostStatus, 'worktrees'> {
  /** The first few by name: a status has to stay small. A secret that was cut would be none that could be found. */
  const strays = (deviated: TaskMemory['deviated']) =>
    deviated === null
      ? {}
      : {
          deviated: {
            files: deviated.files.slice(0, 3).map((file) => redactPath(file).slice(0, 120)),
            total: deviated.files.length,
          },
        }
  const waiting = [...tasks.values()].flatMap(({ id, state, worktree, deviated }) =>
    worktree?.is === 'ready' && terminalStates.has(state)
      ? [{ task: id, project: basename(worktree.top).slice(0, 120), branch: worktree.branch, ...strays(deviated) }]
      : [],
  )
  return waiting.length === 0 ? {} : { worktrees: waiting.reverse().slice(0, listedMost) }
}
