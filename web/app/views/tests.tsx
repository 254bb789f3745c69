import type { TaskEvent } from '#protocol/statements/events.ts'
import { t } from '../../texts/all-texts.ts'
import { Exact } from '../parts/exact.tsx'

type TestsEvent = Extract<TaskEvent, { type: 'tests' }>

/** Counts of the newest run, each failure, and what is different from the run before. */
export function Tests({ tests, before }: { tests: TestsEvent; before: TestsEvent | null }) {
  const { passed, failed, skipped, failures } = tests
  const known = new Set(before?.failures.map(({ name }) => name))
  const still = new Set(failures.map(({ name }) => name))
  const mended = before?.failures.filter(({ name }) => !still.has(name)) ?? []
  return (
    <details class="panel" open={failed > 0}>
      <summary>
        <strong>{t('task.tests')}</strong>
        <span class="tests-counts">
          {failed > 0 && <span class="removed">{t('task.testsFailed', { count: failed })}</span>}
          <span class="added">{t('task.testsPassed', { count: passed })}</span>
          {skipped > 0 && <span class="quiet">{t('task.testsSkipped', { count: skipped })}</span>}
        </span>
      </summary>
      {before && (
        <p class="quiet">
          {t('task.testsBefore', { passed: before.passed, failed: before.failed })}
          {mended.length > 0 && ` ${t('task.testsMended', { count: mended.length })}`}
        </p>
      )}
      {failures.map(({ name, message }, index) => (
        <div key={index} class="failure">
          <p>
            {before && !known.has(name) && <span class="change change-delete">{t('task.testsNew')} </span>}
            <Exact text={name} />
          </p>
          {message !== '' && (
            <pre class="block">
              <Exact text={message} lines />
            </pre>
          )}
        </div>
      ))}
      {mended.map(({ name }) => (
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
