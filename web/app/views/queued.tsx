import type { Post } from '#client/posts.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'

/** `place`: where it goes, if that is not said by what stands around. */
type Props = { post: Post; place?: string; onDrop(id: string): void }

/** What a person has sent and the relay does not have: that it waits, or why it will never be taken. */
export function QueuedPost({ post: { id, text, code, blobs = [] }, place = '', onDrop }: Props) {
  return (
    <div class={code === undefined ? 'queued' : 'queued queued-refused'}>
      {text !== null && (
        <p>
          <Exact text={text} lines />
        </p>
      )}
      {place !== '' && (
        <p class="quiet">
          <Exact text={place} />
        </p>
      )}
      {blobs.length > 0 && <p class="quiet">{t('attach.count', { count: blobs.length })}</p>}
      <p class="card-foot">
        <span class="queued-state">
          {code === undefined ? <AnyIcon name="clock" /> : <Icon name="warning" />}
          {code === undefined ? t('queued.waits') : sentenceOf(code)}
        </span>
        <button type="button" class="text-button" onClick={() => onDrop(id)}>
          {code === undefined ? t('queued.drop') : t('queued.forget')}
        </button>
      </p>
    </div>
  )
}
