import type { Fork } from '#client/settle-fork.ts'
import { hostIdOf } from '#protocol/ids.ts'
import type { TrustEntry } from '#protocol/statements/trust-entry.ts'
import type { Branch } from '#trust/settle-fork.ts'
import { readEntry } from '#trust/settle-fork.ts'
import { t } from '../../texts/all-texts.ts'
import { dateTime } from '../../texts/exact-times.ts'
import { Exact } from '../parts/exact.tsx'
import { Section } from '../parts/layout.tsx'
import { SureButton } from '../parts/sure-button.tsx'

export type FrozenProps = {
  fork: Fork
  /** What people call a device or a host, by its kid. */
  nameOf(kid: string): string
  /** Null: this device is no owner's. */
  onChoose: ((which: 'own' | 'other') => Promise<void>) | null
}

/** Both versions of a forked trust log, from where they part: who signed what, when; and the choice between them. */
export function FrozenView({ fork, nameOf, onChoose }: FrozenProps) {
  const { n, own, other } = fork
  return (
    <>
      <BranchView {...{ n, nameOf, onChoose }} branch={own} which="own" />
      <BranchView {...{ n, nameOf, onChoose }} branch={other} which="other" />
      <p class="quiet">{onChoose ? t('frozen.after') : t('frozen.owners')}</p>
    </>
  )
}

type BranchProps = Pick<FrozenProps, 'nameOf' | 'onChoose'> & {
  n: number
  branch: Branch | null
  which: 'own' | 'other'
}

function BranchView({ n, branch, which, nameOf, onChoose }: BranchProps) {
  const entries = (branch?.state.entries.slice(n) ?? []).flatMap((jws) => readEntry(jws) ?? [])
  const choice = branch?.choice ?? null
  return (
    <Section title={t(`frozen.${which}`)}>
      {entries.length === 0 && <p class="quiet">{t(branch ? 'frozen.nothing' : 'frozen.unseen')}</p>}
      <ul class="list">
        {entries.map(({ entry, by }) => (
          <li key={entry.n} class="list-row">
            <span class="list-words">
              <span>
                <Exact text={what(entry, nameOf)} />
              </span>
              <span class="quiet list-detail">
                <Exact text={t('frozen.by', { name: nameOf(by), when: dateTime(entry.at) })} />
              </span>
            </span>
          </li>
        ))}
      </ul>
      {choice && (
        <>
          <p>
            <Exact text={t('frozen.chosen', { name: nameOf(choice.by) })} />
          </p>
          <p class="branch-code code">{choice.code}</p>
          <p>
            {t('frozen.confirm')} <code class="code">countersign team settle</code>
          </p>
        </>
      )}
      {branch && !choice && onChoose && (
        <SureButton
          label={t('frozen.choose')}
          question={t('frozen.chooseSure')}
          yes={t('frozen.chooseYes')}
          onYes={() => onChoose(which)}
        />
      )}
    </Section>
  )
}

const what = (entry: TrustEntry, nameOf: (kid: string) => string): string =>
  t(`frozen.entry.${entry.type}`, {
    about: nameOf(aboutOf(entry)),
    role: 'rights' in entry ? t(`role.${entry.rights.role}`) : '',
  })

function aboutOf(entry: TrustEntry): string {
  switch (entry.type) {
    case 'AddDevice':
    case 'Genesis':
      return entry.device.kid
    case 'AddHost':
      return entry.host.kid
    case 'SetPolicy':
      return entry.host.slice(hostIdOf('').length)
    case 'Checkpoint':
      return ''
    default:
      return entry.kid
  }
}
