import { useState } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import { Exact } from '../parts/exact.tsx'

type Props = {
  text: string
  isOpen: boolean
  onOpen(): void
  /** Null: as it was. */
  onDone(text: string | null): void
}

const focus = (field: HTMLElement | null): void => field?.focus()

/** A comment below its line: read, and on a tap written anew. */
export function CommentBox({ text, isOpen, onOpen, onDone }: Props) {
  const [words, setWords] = useState(text)
  if (!isOpen)
    return (
      <button type="button" class="comment" onClick={onOpen}>
        <Exact text={text} lines />
      </button>
    )
  return (
    <div class="comment-box">
      <textarea
        ref={focus}
        rows={2}
        maxLength={1_000}
        aria-label={t('review.write')}
        placeholder={t('review.write')}
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
      />
      <div class="comment-buttons">
        {text !== '' && (
          <button type="button" class="text-button" onClick={() => onDone('')}>
            {t('settings.remove')}
          </button>
        )}
        <button type="button" class="button" onClick={() => onDone(null)}>
          {t('cancel')}
        </button>
        <button
          type="button"
          class="button button-primary"
          disabled={words.trim() === ''}
          onClick={() => onDone(words.trim())}
        >
          {t('review.keep')}
        </button>
      </div>
    </div>
  )
}
