import { useMemo } from 'preact/hooks'
import { pathFrom } from '../../shared/touched.ts'
import { rowsOfEdit } from '../model/line-rows.ts'
import { Exact } from '../parts/exact.tsx'
import { DiffLine } from './diff-row.tsx'
import type { EditHunk } from './operation-parts.ts'
import { useTokens } from './use-tokens.ts'

/** The exact change that an edit asks for: what goes and what comes, file by file, with what is other in a line marked. */
export function EditHunks({ edits, folder }: { edits: readonly EditHunk[]; folder: string }) {
  return (
    <>
      {edits.map((edit, index) => (
        <section key={index} class="section">
          <h2 class="code">
            <Exact text={`${pathFrom(folder, edit.path)}:${edit.line}`} />
          </h2>
          <Edit edit={edit} />
        </section>
      ))}
    </>
  )
}

function Edit({ edit }: { edit: EditHunk }) {
  const rows = useMemo(() => rowsOfEdit(edit), [edit.line, edit.removed, edit.added])
  const tokensOf = useTokens(rows, edit.path)
  return (
    <div class="rows rows-framed">
      {rows.map((row, index) => (
        <DiffLine key={index} line={row} tokens={tokensOf(row)} onComment={null} isWhole />
      ))}
    </div>
  )
}
