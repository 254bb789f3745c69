import type { TaskEvent } from '#protocol/statements/events.ts'
import { t } from '../../texts/all-texts.ts'
import { shortTime } from '../../texts/exact-times.ts'
import { Exact } from '../parts/exact.tsx'

type TestsEvent = Extract<TaskEvent, { type: 'tests' }>

/** Counts of the newest run, each failure, and what is different from the run before. */
export function Tests({ tests, before }: { tests: TestsEvent; before: TestsEvent | null }) {
  const { passed, failed, skipped, failures, durationMs, by, newlyFailing, newlyPassing = [] } = tests
  const broken = new Set(newlyFailing)
  return (
    <details class="panel" open={failed > 0}>
      <summary>
        <strong>{t('task.tests')}</strong>
        <span class="tests-counts">
          {failed > 0 && <span class="removed">{t('task.testsFailed', { count: failed })}</span>}
          <span class="added">{t('task.testsPassed', { count: passed })}</span>
          {skipped > 0 && <span class="quiet">{t('task.testsSkipped', { count: skipped })}</span>}
          {durationMs !== undefined && <span class="quiet">{shortTime(durationMs)}</span>}
        </span>
      </summary>
      {by === 'host' && <p class="quiet">{t('task.testsByHost')}</p>}
      {before && (
        <p class="quiet">
          {t('task.testsBefore', { passed: before.passed, failed: before.failed })}
          {newlyPassing.length > 0 && ` ${t('task.testsMended', { count: newlyPassing.length })}`}
        </p>
      )}
      {failures.map(({ name, message, place }, index) => (
        <div key={index} class="failure">
          <p>
            {broken.has(name) && <span class="change change-delete">{t('task.testsNew')} </span>}
            <Exact text={name} />
          </p>
          {place !== undefined && (
            <p class="quiet code">
              <Exact text={place} />
            </p>
          )}
          {message !== '' && (
            <pre class="block">
              <Exact text={message} lines />
            </pre>
          )}
        </div>
      ))}
      {failed > failures.length && failures.length > 0 && (
        <p class="quiet">{t('task.testsMore', { count: failed - failures.length })}</p>
      )}
      {newlyPassing.map((name) => (
        <p key={name} class="failure">
          <span>
            <span class="change change-add">{t('task.testsNowPass')} </span>
            <Exact text={name} />
          </span>
        </p>
      ))}
    </details>
  )
}
