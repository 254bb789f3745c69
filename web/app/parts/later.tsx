import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../../texts/texts.ts'

type Loaded<P> = { is: 'loading' } | { is: 'there'; it: ComponentType<P> } | { is: 'gone' }

/**
 * A component whose code comes when it is first shown: only what needs a person is loaded at first. The worker keeps all of it, so this waits for the disk and not for the
 * network. It is gone when an old page asks beside a new release, or when nothing is kept and there is no network: loading anew helps, and is offered.
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  return function Later(props: P) {
    const [loaded, setLoaded] = useState<Loaded<P>>({ is: 'loading' })
    useEffect(() => {
      load().then(
        (it) => setLoaded({ is: 'there', it }),
        () => setLoaded({ is: 'gone' }),
      )
    }, [])
    if (loaded.is === 'there') return <loaded.it {...props} />
    if (loaded.is === 'loading') return null
    return (
      <div class="empty">
        <p class="empty-title">{t('connection.gone')}</p>
        <button type="button" class="button" onClick={() => window.location.reload()}>
          {t('connection.reload')}
        </button>
      </div>
    )
  }
}
