import type { HostContext } from '../context.ts'
import type { Snapshots } from '../git/snapshot.ts'
import type { TaskMemory } from '../journal/memory.ts'
import { createLiveDiff, type LiveDiff, type LiveDiffPorts } from './live-diff.ts'

/** The diff of a project that is no repository: none. */
export async function openLiveDiff(
  { memory, log, clock }: HostContext,
  task: TaskMemory,
  ports: Pick<LiveDiffPorts, 'artifacts' | 'pictures' | 'tell'> & { snapshots: Snapshots | null },
): Promise<LiveDiff> {
  const { snapshots, tell } = ports
  if (!snapshots) {
    tell({
      type: 'notice',
      code: 'project_invalid',
      text: 'The project is not a git repository, so its changes can’t be shown.',
    })
    return { changed() {}, async last() {} }
  }
  if (task.base === null) {
    const tree = await snapshots.take()
    if (tree !== null) await memory.record({ type: 'base', taskId: task.id, tree })
  }
  const failed = () => log('diff.failed', { taskId: task.id })
  return createLiveDiff({ ...ports, snapshots, base: task.base, clock, failed })
}
