import { t } from '../../texts/all-texts.ts'

/** Under a button whose work threw. */
export const Broken = ({ when }: { when: boolean }) =>
  when ? (
    <p class="answer-refusal" role="alert">
      {t('broken')}
    </p>
  ) : null
