import type { TerminalSession } from '#protocol/statements/listing.ts'
import { t } from '../../texts/all-texts.ts'
import { relativeTime } from '../../texts/times.ts'
import { Exact } from '../parts/exact.tsx'

/** The sessions that somebody started in a terminal: they are no tasks, and ask like them. */
export function Terminals({ terminals, now }: { terminals: readonly TerminalSession[]; now: number }) {
  if (terminals.length === 0) return null
  return (
    <section class="section">
      <h2>{t('terminals.title')}</h2>
      {terminals.map(({ agent, project, since, asked, askedAt, asking }) => (
        <div key={`${agent} ${since}`} class="rule">
          <p>
            <Exact text={`${agent} · ${project}`} />
          </p>
          {asked !== undefined && (
            <p class="code">
              <Exact text={asked} />
            </p>
          )}
          <p class="quiet">
            {t('terminals.since', { when: relativeTime(since, now) })}
            {askedAt !== undefined &&
              asking === 0 &&
              ` · ${t('terminals.asked', { when: relativeTime(askedAt, now) })}`}
          </p>
          {asking > 0 && (
            <a class="text-link" href="/">
              {t('terminals.asks', { count: asking })}
            </a>
          )}
        </div>
      ))}
    </section>
  )
}
