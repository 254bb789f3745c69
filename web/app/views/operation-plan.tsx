import type { ComponentChildren } from 'preact'
import type { Operation } from '#protocol/statements/operation.ts'
import type { Plan } from '#protocol/statements/plan.ts'
import { touchedLines } from '../../shared/touched.ts'
import { t } from '../../texts/all-texts.ts'
import { Exact } from '../parts/exact.tsx'
import { Section } from '../parts/layout.tsx'
import { quoted } from './operation-parts.ts'

const ways = ['modify', 'create', 'delete'] as const

/** What a person has taken out so far, by path or words; absent: nothing can be. */
export type PlanChoice = { out: ReadonlySet<string>; toggle(item: string): void }

/** A plan whole: files by what becomes of them, commands word by word, and apart from them the steps, which are only words. */
export function OperationPlan({
  operation,
  plan,
  choice,
}: {
  operation: Operation
  plan: Plan
  choice?: PlanChoice | undefined
}) {
  const touched = touchedLines(operation)
  return (
    <>
      <p class="binding">{t('asking.plan.hint')}</p>
      {ways.map((way) => {
        const files = touched.filter(({ change }) => change === way)
        return (
          files.length > 0 && (
            <Section key={way} title={`${t(`asking.plan.${way}`)} (${files.length})`}>
              <ul class="files">
                {files.map(({ path, inside }) => (
                  <li key={path} class={`code change-${way}`}>
                    <Kept item={path} choice={choice}>
                      <Exact text={path} />
                      {inside > 0 && <span class="quiet"> {t('approval.inside', { count: inside })}</span>}
                    </Kept>
                  </li>
                ))}
              </ul>
            </Section>
          )
        )
      })}
      <Section title={t('asking.plan.commands')}>
        {plan.commands.length === 0 && <p class="quiet">{t('asking.plan.nothing')}</p>}
        {plan.commands.map((words, index) => (
          <Kept key={index} item={words.join(' ')} choice={choice}>
            <pre class="block">
              <Exact text={words.map(quoted).join(' ')} />
            </pre>
          </Kept>
        ))}
      </Section>
      {operation.hosts.length > 0 && (
        <Section title={t('asking.hosts')}>
          <p class="code">
            <Exact text={operation.hosts.join(', ')} />
          </p>
        </Section>
      )}
      {plan.steps.length > 0 && (
        <aside class="agent-words">
          <h2>{t('asking.plan.steps')}</h2>
          <ol>
            {plan.steps.map((step, index) => (
              <li key={index}>
                <Exact text={step} lines />
              </li>
            ))}
          </ol>
        </aside>
      )}
      {operation.secrets.length > 0 && <p class="quiet">{t('asking.secrets', { count: operation.secrets.length })}</p>}
    </>
  )
}

type KeptProps = { item: string; choice: PlanChoice | undefined; children: ComponentChildren }

/** One thing of the plan, which may be taken out. */
function Kept({ item, choice, children }: KeptProps) {
  if (!choice) return <>{children}</>
  return (
    <label class="choose plan-kept">
      <input type="checkbox" checked={!choice.out.has(item)} onChange={() => choice.toggle(item)} />
      <span>{children}</span>
    </label>
  )
}
