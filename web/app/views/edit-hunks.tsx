import { pathFrom } from '../../shared/touched.ts'
import { Exact } from '../parts/exact.tsx'
import type { EditHunk } from './operation-parts.ts'

/** The exact change that an edit asks for: what goes and what comes, file by file. */
export function EditHunks({ edits, folder }: { edits: readonly EditHunk[]; folder: string }) {
  return (
    <>
      {edits.map(({ path, line, removed, added }, index) => (
        <section key={index} class="section">
          <h2 class="code">
            <Exact text={`${pathFrom(folder, path)}:${line}`} />
          </h2>
          <div class="rows rows-framed">
            {linesOf(removed).map((text, row) => (
              <Row key={`-${row}`} kind="delete" sign="−" text={text} />
            ))}
            {linesOf(added).map((text, row) => (
              <Row key={`+${row}`} kind="insert" sign="+" text={text} />
            ))}
          </div>
        </section>
      ))}
    </>
  )
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.split('\n'))

function Row({ kind, sign, text }: { kind: string; sign: string; text: string }) {
  return (
    <div class={`row row-${kind}`}>
      <span class="row-sign">{sign}</span>
      <span class="row-text">
        <Exact text={text} lines />
      </span>
    </div>
  )
}
