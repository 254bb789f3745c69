import type { Approval, Scope } from '#protocol/statements/approval.ts'
import { t } from '../../texts/all-texts.ts'
import { dateTime } from '../../texts/times.ts'

type Props = { approval: Approval; scope: Scope; onScope(scope: Scope): void }

/** Whether the same is asked again. What is offered, how often and how long is the host's; nothing is shown where every time has to be asked. */
export function ScopeChoice({ approval: { scopes, rule, expiresAt }, scope, onScope }: Props) {
  if (!rule || scopes.length < 2) return null
  const bound = { uses: rule.uses, when: dateTime(rule.expiresAt ?? expiresAt) }
  return (
    <label class="scope">
      <span>{t('scope.ask')}</span>
      <select value={scope} onChange={(event) => onScope(event.currentTarget.value as Scope)}>
        {scopes.map((one) => (
          <option key={one} value={one}>
            {one === 'once' ? t('scope.once') : t(`scope.${one}`, bound)}
          </option>
        ))}
      </select>
    </label>
  )
}
