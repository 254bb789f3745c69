import type { TaskEvent } from '#protocol/statements/events.ts'
import { t } from '../../texts/all-texts.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { Exact } from '../parts/exact.tsx'

type PlanEvent = Extract<TaskEvent, { type: 'plan' }>

export function Plan({ plan: { entries }, open }: { plan: PlanEvent; open: boolean }) {
  const done = entries.filter(({ status }) => status === 'completed').length
  return (
    <details class="panel" open={open}>
      <summary>
        <strong>{t('task.plan')}</strong>
        <progress max={entries.length} value={done} aria-label={t('task.plan')} />
        <span class="quiet">{t('task.planProgress', { done, all: entries.length })}</span>
      </summary>
      <ol class="steps">
        {entries.map(({ content, status }, index) => (
          <li
            key={index}
            class={`step step-${status === 'completed' ? 'done' : status === 'in_progress' ? 'now' : 'later'}`}
          >
            <span class="step-mark">{status === 'completed' && <AnyIcon name="check" />}</span>
            <span>
              <Exact text={content} lines />
              <span class="hidden-words"> ({t(`task.planStatus.${status}`)})</span>
            </span>
          </li>
        ))}
      </ol>
    </details>
  )
}
