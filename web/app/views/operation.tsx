import type { Approval } from '#protocol/statements/approval.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { pathFrom, touchedLines } from '../../shared/touched.ts'
import { t } from '../../texts/all-texts.ts'
import { Exact } from '../parts/exact.tsx'
import { Section } from '../parts/layout.tsx'
import { EditHunks } from './edit-hunks.tsx'
import { agentOf, editsOf, inputSaysMore } from './operation-parts.ts'
import { OperationPlan, type PlanChoice } from './operation-plan.tsx'

/** The whole of a verified operation, from what the host signed: nothing is cut or folded, and whoever saw its end has seen all that a signature is for. */
export function OperationView({ operation, choice }: { operation: Operation; choice?: PlanChoice | undefined }) {
  return (
    <>
      <OperationCore operation={operation} choice={choice} />
      <OperationTerms operation={operation} />
    </>
  )
}

/** Where it would run, why it is asked, and how it is held to what is shown. */
export function OperationTerms({ operation }: { operation: Operation }) {
  const isExact = operation.binding === 'exact'
  return (
    <>
      <Section title={t('asking.folder')}>
        <p class="code">
          <Exact text={operation.cwd.path} />
        </p>
        {operation.executable && (
          <p class="quiet">
            {t('asking.program')}:{' '}
            <span class="code">
              <Exact text={operation.executable.path} />
            </span>
          </p>
        )}
      </Section>
      {operation.why.length > 0 && (
        <Section title={t('asking.why')}>
          <ul class="plain-list">
            {operation.why.map((why) => (
              <li key={why}>
                <Exact text={why} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {/* What holds an agent to its plan is said with the plan. */}
      {!operation.plan && (
        <p class="binding">
          <strong>{isExact ? t('approval.exact') : t('approval.fenced')}.</strong>{' '}
          {isExact ? t('asking.exactHint') : t('asking.fencedHint')}
        </p>
      )}
    </>
  )
}

/** What is no part of the operation: the agent's own words, and by what names the record finds it again. */
export function OperationAside({ approval: { operation, agentWords, digest } }: { approval: Approval }) {
  return (
    <>
      <AgentWords words={agentWords} />
      <details class="fold">
        <summary>{t('asking.details')}</summary>
        <dl class="facts">
          <dt>{t('asking.driver')}</dt>
          <dd>
            <Exact text={agentOf(operation.driver)} />
          </dd>
          <dt>{t('asking.digest')}</dt>
          <dd class="code">{digest}</dd>
        </dl>
      </details>
    </>
  )
}

export function AgentWords({ words = '' }: { words: string | undefined }) {
  if (words === '') return null
  return (
    <aside class="agent-words">
      <h2>{t('asking.agentWords')}</h2>
      <p>
        <Exact text={words} lines />
      </p>
    </aside>
  )
}

/** What would run or change, exactly: the part that nobody may approve unread. */
export function OperationCore({ operation, choice }: { operation: Operation; choice?: PlanChoice | undefined }) {
  const touched = touchedLines(operation)
  const edits = editsOf(operation)
  if (operation.plan) return <OperationPlan operation={operation} plan={operation.plan} choice={choice} />
  return (
    <>
      {operation.command !== null && (
        <Section title={t('asking.command')}>
          <pre class="block">
            <Exact text={operation.command} />
          </pre>
        </Section>
      )}
      {operation.newcomer && (
        <Section title={t('asking.newcomer')}>
          <p>
            <Exact text={t('asking.newcomerLabel', { label: operation.newcomer.label })} />
          </p>
          <p class="quiet">
            {t(`role.${operation.newcomer.rights.role}`)},{' '}
            {t('maxTier', { tier: t(`tier.${operation.newcomer.rights.maxTier}`) })}
          </p>
          <p class="code">{operation.newcomer.device.kid}</p>
        </Section>
      )}
      {edits && <EditHunks edits={edits} folder={operation.cwd.path} />}
      {touched.length > 0 && (
        <Section title={t('asking.files')}>
          <ul class="files">
            {touched.map(({ path, change, inside }) => (
              <li key={path}>
                <span class={`change change-${change}`}>{t(`approval.change.${change}`)}</span>{' '}
                <span class="code">
                  <Exact text={path} />
                </span>
                {inside > 0 && <span class="quiet"> {t('approval.inside', { count: inside })}</span>}
              </li>
            ))}
          </ul>
          {operation.files.length > touched.length && <AllFiles operation={operation} />}
        </Section>
      )}
      {!edits && !operation.newcomer && inputSaysMore(operation) && (
        <Section title={t('asking.input')}>
          <pre class="block">
            <Exact text={operation.input} />
          </pre>
        </Section>
      )}
      {operation.hosts.length > 0 && (
        <Section title={t('asking.hosts')}>
          <ul class="files">
            {operation.hosts.map((host) => (
              <li key={host} class="code">
                <Exact text={host} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {operation.uninspectable.length > 0 && (
        <Section title={t('asking.uninspectable')}>
          <ul class="plain-list warning-text">
            {operation.uninspectable.map((what) => (
              <li key={what}>
                <Exact text={what} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {operation.secrets.length > 0 && <p class="quiet">{t('asking.secrets', { count: operation.secrets.length })}</p>}
    </>
  )
}

function AllFiles({ operation }: { operation: Operation }) {
  return (
    <>
      <h3 class="quiet files-head">{t('asking.allFiles', { count: operation.files.length })}</h3>
      <ul class="files">
        {operation.files.map(({ path, change }) => (
          <li key={path}>
            <span class={`change change-${change}`}>{t(`approval.change.${change}`)}</span>{' '}
            <span class="code">
              <Exact text={pathFrom(operation.cwd.path, path)} />
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
