import { t } from '../../texts/all-texts.ts'
import { Exact } from '../parts/exact.tsx'
import { GrowingText } from '../parts/growing-text.tsx'
import { useDraft } from '../parts/use-draft.ts'

type Props = {
  /** Which task and line: what is begun is kept for it. */
  place: string
  text: string
  isOpen: boolean
  onOpen(): void
  /** Null: as it was. */
  onDone(text: string | null): void
}

/** A comment below its line: read, and on a tap written anew. */
export function CommentBox({ place, text, isOpen, onOpen, onDone }: Props) {
  const [draft, setWords] = useDraft<string | null>(`comment/${place}`, null)
  const words = draft ?? text
  const done = (next: string | null) => {
    setWords(null)
    onDone(next)
  }
  const keep = () => words.trim() !== '' && done(words.trim())
  if (!isOpen)
    return (
      <button type="button" class="comment" onClick={onOpen}>
        <Exact text={text} lines />
      </button>
    )
  return (
    <div class="comment-box">
      <GrowingText
        takesFocus
        rows={2}
        maxLength={1_000}
        aria-label={t('review.write')}
        placeholder={t('review.write')}
        value={words}
        onWords={setWords}
        onDone={keep}
      />
      <div class="comment-buttons">
        {text !== '' && (
          <button type="button" class="text-button" onClick={() => done('')}>
            {t('settings.remove')}
          </button>
        )}
        <button type="button" class="button" onClick={() => done(null)}>
          {t('cancel')}
        </button>
        <button type="button" class="button button-primary" disabled={words.trim() === ''} onClick={keep}>
          {t('review.keep')}
        </button>
      </div>
    </div>
  )
}
