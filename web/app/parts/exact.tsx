import { segmentsOf } from '#client/display.ts'

/**
 * Text that somebody else wrote, shown so that nothing in it hides: invisible characters as boxes, words that imitate others underlined. `lines` keeps line breaks; without
 * it they are boxes too.
 */
export function Exact({ text, lines = false }: { text: string; lines?: boolean }) {
  return (
    <bdi class="exact" translate={false}>
      {segmentsOf(text, { lines }).map(({ text: piece, kind }, index) =>
        kind === 'plain' ? (
          piece
        ) : (
          <span key={index} class={kind === 'hidden' ? 'exact-hidden' : 'exact-confusable'}>
            {piece}
          </span>
        ),
      )}
    </bdi>
  )
}
