import { t } from '../../texts/texts.ts'

/** In place of what is shown by code that is still to come, or will not. */
export const LoadingCode = ({ gone }: { gone: boolean }) =>
  gone ? (
    <p class="quiet pad" role="alert">
      {t('connection.gone')}{' '}
      <button type="button" class="text-button" onClick={() => window.location.reload()}>
        {t('connection.reload')}
      </button>
    </p>
  ) : (
    <p class="quiet pad">{t('loading')}</p>
  )
