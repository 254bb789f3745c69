import { useState } from 'preact/hooks'
import type { ApprovalCard } from '#client/read-approval.ts'
import { t } from '../../texts/all-texts.ts'
import { share, shareText } from '../model/share-text.ts'
import { Icon } from '../parts/icon.tsx'

/** What was asked and what came of it, as plain text for somebody outside. */
export function ShareButton({ card }: { card: ApprovalCard }) {
  const [done, setDone] = useState<'shared' | 'copied' | 'failed' | null>(null)
  return (
    <p>
      <button type="button" class="text-button" onClick={() => void share(shareText(card)).then(setDone)}>
        <Icon name="share" /> {t('share.button')}
      </button>{' '}
      <span role="status">{done === 'copied' ? t('share.copied') : done === 'failed' ? t('share.failed') : ''}</span>
    </p>
  )
}
