import { useMemo, useState } from 'preact/hooks'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { t } from '../../texts/all-texts.ts'
import { changedFileOf, splitPatch } from '../model/patch.ts'
import { Exact } from '../parts/exact.tsx'
import { Empty } from '../parts/layout.tsx'
import { LoadingCode } from '../parts/loading-code.tsx'
import { useLazy } from '../parts/use-lazy.ts'
import type { Review } from './diff.tsx'

export type DiffEvent = Extract<TaskEvent, { type: 'diff' }>

/** `patch` is null while it has not been fetched. */
type Props = { diff: DiffEvent | null; patch: string | null; review: Review | null }

/** The change of a whole task by file, from git at the host. */
export function Changes({ diff, patch, review }: Props) {
  const parts = useMemo(() => (patch === null ? null : splitPatch(patch)), [patch])
  if (!diff || diff.files.length === 0) return <Empty title={t('task.noChanges')} />
  const named = new Set(diff.files.map(({ path }) => path))
  // The event names as many as fit into it.
  const rest =
    diff.total > diff.files.length ? [...(parts ?? [])].filter(([path]) => !named.has(path)).map(changedFileOf) : []
  const files = [...diff.files, ...rest]
  const more = diff.total - files.length
  return (
    <div class="stack">
      {files.map((file, index) => (
        <ChangedFile
          key={file.path}
          file={file}
          patch={parts && (parts.get(file.path) ?? '')}
          review={review}
          isOpen={index === 0 && files.length < 6}
        />
      ))}
      {more > 0 && <p class="quiet">{t('task.moreFiles', { count: more })}</p>}
    </div>
  )
}

/** `patch`: this file's own; empty where there is none. */
type FileProps = { file: DiffEvent['files'][number]; patch: string | null; review: Review | null; isOpen: boolean }

function ChangedFile({ file: { path, change, from, added, removed, binary }, patch, review, isOpen }: FileProps) {
  const [open, setOpen] = useState(isOpen)
  const comments = review?.comments.filter((comment) => comment.path === path).length ?? 0
  return (
    <details class="file" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class="file-path code">
          <Exact text={path} />
        </span>
        <span class="file-facts">
          {comments > 0 && <span class="change">{t('review.count', { count: comments })}</span>}
          {change !== 'modify' && <span class={`change change-${change}`}>{t(`task.changeKind.${change}`)}</span>}
          {from !== undefined && <Exact text={t('task.movedFrom', { path: from })} />}
          {binary ? (
            t('task.binary')
          ) : (
            <>
              <span class="added">{`+${added}`}</span> <span class="removed">{`−${removed}`}</span>
            </>
          )}
        </span>
      </summary>
      {open &&
        !binary &&
        (patch === null ? (
          <p class="quiet pad">{t('loading')}</p>
        ) : (
          <LazyDiff patch={patch} path={path} review={review} />
        ))}
    </details>
  )
}

function LazyDiff(props: { patch: string; path: string; review: Review | null }) {
  const { it: diff, gone } = useLazy(() => import('./diff.tsx'))
  return diff ? <diff.FileDiff {...props} /> : <LoadingCode gone={gone} />
}
