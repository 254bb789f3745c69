import { usePatch } from '../model/use-patch.ts'
import { Missing } from '../parts/missing.tsx'
import type { DiffEvent } from './changes.tsx'
import { Changes } from './changes.tsx'
import type { Review } from './diff.tsx'

/** The change of a task with its patch, which is fetched when somebody looks. */
export function TaskChanges({ diff, review }: { diff: DiffEvent | null; review: Review }) {
  const { text, failure, again } = usePatch(diff)
  return (
    <>
      {failure !== null && <Missing code={failure} onAgain={again} />}
      <Changes diff={diff} patch={failure !== null && text === null ? '' : text} review={review} />
    </>
  )
}
