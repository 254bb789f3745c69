import { useState } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import { share } from '../model/share-text.ts'
import { AnyIcon } from '../parts/any-icon.tsx'

/** Plain text for somebody outside; what led to a machine was left out. */
export function ShareButton({ text }: { text(): string }) {
  const [done, setDone] = useState<Awaited<ReturnType<typeof share>> | null>(null)
  return (
    <p>
      <button type="button" class="text-button" onClick={() => void share(text()).then(setDone)}>
        <AnyIcon name="share" /> {t('share.button')}
      </button>{' '}
      <span role="status">{done === 'copied' ? t('share.copied') : done === 'failed' ? t('share.failed') : ''}</span>
    </p>
  )
}
