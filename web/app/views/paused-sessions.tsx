import type { HostStatus } from '#protocol/statements/status.ts'
import { t } from '../../texts/all-texts.ts'
import { relativeTime } from '../../texts/times.ts'
import { Exact } from '../parts/exact.tsx'
import { SureButton } from '../parts/sure-button.tsx'

type Props = {
  paused: NonNullable<HostStatus['paused']>
  now: number
  onResume(session: string): Promise<void>
}

/** Scripts and agents in a terminal that ask nothing more, after denials or a report, and the way to let them ask again. */
export function PausedSessions({ paused, now, onResume }: Props) {
  if (paused.length === 0) return null
  return (
    <section class="section">
      <h2>{t('paused.title')}</h2>
      {paused.map(({ session, agent, project, at }) => (
        <div key={session} class="rule">
          <p>
            <Exact
              text={
                agent === 'gate'
                  ? t('paused.scripts', { project })
                  : t('paused.session', { agent: agent.replace(/^hook:/, ''), project })
              }
            />
          </p>
          <p class="quiet">{t('paused.since', { when: relativeTime(at, now) })}</p>
          <SureButton
            label={t('paused.resume')}
            question={t('paused.sure')}
            yes={t('paused.resume')}
            onYes={() => onResume(session)}
          />
        </div>
      ))}
    </section>
  )
}
