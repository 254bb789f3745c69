import type { ErrorCode } from '#protocol/errors.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { Exact } from './exact.tsx'
import { Notice } from './layout.tsx'

type Props = { code: ErrorCode; name?: string; onAgain(): void }

/** Sealed content that could not be had: why, and the way to try it again. */
export function Missing({ code, name, onAgain }: Props) {
  return (
    <Notice kind="warning">
      {name !== undefined && (
        <>
          <Exact text={name} />:{' '}
        </>
      )}
      {code === 'blob_not_found'
        ? t('task.notThere')
        : code === 'blob_mismatch' || code === 'envelope_unreadable'
          ? t('task.mismatch')
          : sentenceOf(code)}{' '}
      <button type="button" class="text-button" onClick={onAgain}>
        {t('task.again')}
      </button>
    </Notice>
  )
}
