import { useState } from 'preact/hooks'
import type { HostSummary } from '#client/list-hosts.ts'
import type { Rights, Role, Tier } from '#protocol/statements/trust-entry.ts'
import { t } from '../../texts/all-texts.ts'
import { Exact } from '../parts/exact.tsx'

export type ChosenRights = Omit<Rights, 'person'>

type Props = {
  rights: ChosenRights
  hosts: readonly HostSummary[]
  onSave(rights: ChosenRights): Promise<void>
  onCancel(): void
}

/** Changes a device's rights, kept only by its own button. */
export function RightsForm({ rights, hosts, onSave, onCancel }: Props) {
  const [chosen, setChosen] = useState<ChosenRights>({
    role: rights.role,
    maxTier: rights.maxTier,
    hosts: rights.hosts,
  })
  const [busy, setBusy] = useState(false)
  const save = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    await onSave(chosen)
    setBusy(false)
  }
  return (
    <form class="stack" onSubmit={save}>
      <RightsFields rights={chosen} hosts={hosts} onChange={setChosen} />
      <div class="sure">
        <button type="button" class="button" onClick={onCancel}>
          {t('cancel')}
        </button>
        <button type="submit" class="button button-primary" disabled={busy}>
          {t('people.save')}
        </button>
      </div>
    </form>
  )
}

const roles: readonly Role[] = ['approver', 'viewer', 'owner']
const tiers: readonly Tier[] = [1, 2, 3]

type FieldsProps = Pick<Props, 'rights' | 'hosts'> & {
  /** A device that is not in the team yet: false where none can begin as an owner’s. */
  mayOwn?: boolean
  onChange(rights: ChosenRights): void
}

/** What a device may: its role, how far, and where. */
export function RightsFields({ rights, hosts, mayOwn = true, onChange }: FieldsProps) {
  const of = rights.hosts
  const toggle = (hostId: string, on: boolean) =>
    onChange({ ...rights, hosts: [...(of === '*' ? [] : of).filter((id) => id !== hostId), ...(on ? [hostId] : [])] })
  return (
    <>
      <label class="field">
        <span>{t('people.role')}</span>
        <select
          value={rights.role}
          onChange={({ currentTarget: { value } }) => {
            const role = value as Role
            const maxTier = role === 'owner' ? 3 : role === 'viewer' ? 0 : rights.maxTier === 0 ? 2 : rights.maxTier
            onChange({ ...rights, role, maxTier })
          }}
        >
          {roles
            .filter((role) => mayOwn || role !== 'owner')
            .map((role) => (
              <option key={role} value={role}>
                {t(`people.roleLong.${role}`)}
              </option>
            ))}
        </select>
      </label>
      {rights.role === 'approver' && (
        <label class="field">
          <span>{t('people.maxTier')}</span>
          <select
            value={rights.maxTier}
            onChange={({ currentTarget: { value } }) => onChange({ ...rights, maxTier: Number(value) as Tier })}
          >
            {tiers.map((tier) => (
              <option key={tier} value={tier}>
                {t('tierLong', { tier, name: t(`tier.${tier}`) })}
              </option>
            ))}
          </select>
        </label>
      )}
      {rights.role !== 'owner' && hosts.length > 1 && (
        <fieldset class="choices">
          <legend>{t('people.hosts')}</legend>
          <label class="choose">
            <input
              type="checkbox"
              checked={of === '*'}
              onChange={({ currentTarget: { checked } }) => onChange({ ...rights, hosts: checked ? '*' : [] })}
            />
            <span>{t('people.everyHost')}</span>
          </label>
          {of !== '*' &&
            hosts.map(({ hostId, status }) => (
              <label key={hostId} class="choose">
                <input
                  type="checkbox"
                  checked={of.includes(hostId)}
                  onChange={({ currentTarget: { checked } }) => toggle(hostId, checked)}
                />
                <span>
                  <Exact text={status?.name ?? t('unknownHost')} />
                </span>
              </label>
            ))}
        </fieldset>
      )}
    </>
  )
}
