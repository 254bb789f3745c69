import type { Change, File } from 'gitdiff-parser'
import * as gitdiff from 'gitdiff-parser'
import { useMemo, useState } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import { Exact } from '../parts/exact.tsx'

/** Rows that are made at once; a large file grows by tapping, so that no single tap freezes the screen. */
const ROWS = 300

/** One file of a patch, as rows made for a narrow screen: lines wrap, one number, a sign beside the colour. */
export function FileDiff({ patch, path }: { patch: string; path: string }) {
  const file = useMemo(() => fileOf(patch, path), [patch, path])
  const [shown, setShown] = useState(ROWS)
  if (!file) return <p class="quiet pad">{t('task.patchTooLarge')}</p>
  if (file.isBinary) return <p class="quiet pad">{t('task.binary')}</p>
  let left = shown
  const all = file.hunks.reduce((sum, hunk) => sum + hunk.changes.length, 0)
  return (
    <div class="rows">
      {file.hunks.map((hunk, index) => {
        const changes = hunk.changes.slice(0, Math.max(left, 0))
        left -= changes.length
        return changes.length === 0 ? null : (
          <div key={index} class="hunk">
            <div class="hunk-head">
              <Exact text={hunk.content} />
            </div>
            {changes.map((change, row) => (
              <Row key={row} change={change} />
            ))}
          </div>
        )
      })}
      {all > shown && (
        <button type="button" class="text-button" onClick={() => setShown(shown + ROWS * 4)}>
          {t('more', { count: all - shown })}
        </button>
      )}
    </div>
  )
}

const signs = { insert: '+', delete: '−', normal: ' ' } as const

function Row({ change }: { change: Change }) {
  return (
    <div class={`row row-${change.type}`}>
      <span class="row-number">{change.type === 'normal' ? change.newLineNumber : change.lineNumber}</span>
      <span class="row-sign">{signs[change.type]}</span>
      <span class="row-text">
        <Exact text={change.content} lines />
      </span>
    </div>
  )
}

/** Its types promise an ES module; what it ships is CommonJS, whose one export is the parser. */
const parser = gitdiff.default as unknown as typeof gitdiff.default & { default?: typeof gitdiff.default }

function fileOf(patch: string, path: string): File | null {
  try {
    return (
      (parser.default ?? parser).parse(patch).find(({ oldPath, newPath }) => newPath === path || oldPath === path) ??
      null
    )
  } catch {
    return null
  }
}
