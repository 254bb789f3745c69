import { useEffect, useState } from 'preact/hooks'
import type { Fork } from '#client/settle-fork.ts'
import { chooseBranch, readFork } from '#client/settle-fork.ts'
import { hostIdOf } from '#protocol/ids.ts'
import { isOwner } from '#trust/team-state.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { dateTime } from '../../texts/exact-times.ts'
import { leaveShownTeam } from '../model/leave-shown-team.ts'
import { useApp } from '../model/use-app.ts'
import { Notice, Screen, Section } from '../parts/layout.tsx'
import { SureButton } from '../parts/sure-button.tsx'
import { FrozenView } from '../views/frozen.tsx'

/** The trust log has two branches: nothing is decided from here until an owner has chosen one and a person has confirmed it at a host. */
export function FrozenScreen() {
  const { model } = useApp()
  const { device } = model
  const [fork, setFork] = useState<Fork | null>(null)
  const [refusal, setRefusal] = useState<string | null>(null)
  const hosts = model.hosts.value
  const look = async () => {
    await model.follow()
    setFork(await readFork(device.context))
  }
  useEffect(() => void look(), [hosts, model.team.value])

  const names = new Map(hosts.flatMap(({ status }) => status?.roster ?? []).map((each) => [each.kid, each]))
  const nameOf = (kid: string): string => {
    const host = hosts.find(({ hostId }) => hostId === hostIdOf(kid))
    const { label = '', personName = '' } = names.get(kid) ?? {}
    return host?.status?.name ?? ([label, personName].filter(Boolean).join(', ') || kid.slice(0, 10))
  }
  const choose = async (which: 'own' | 'other') => {
    const chosen = await chooseBranch(device.context, which)
    setRefusal(chosen.ok ? null : sentenceOf(chosen.code))
    await look()
  }
  return (
    <Screen title={t('frozen.title')}>
      <Notice kind="warning">{t('frozen.what')}</Notice>
      {refusal !== null && <Notice kind="warning">{refusal}</Notice>}
      <p>{t('frozen.why')}</p>
      {fork && <p class="quiet">{t('frozen.when', { when: dateTime(fork.at), n: fork.n })}</p>}
      {fork && (
        <FrozenView
          fork={fork}
          nameOf={nameOf}
          onChoose={isOwner(model.team.value?.keys.get(device.kid)) ? choose : null}
        />
      )}
      <Section title={t('frozen.out')}>
        <ol class="stack">
          <li>
            {t('frozen.reset')} <code class="code">countersign team reset</code>
          </li>
          <li>{t('frozen.forgetHint')}</li>
          <li>{t('frozen.pair')}</li>
        </ol>
        <SureButton
          label={t('frozen.forget')}
          question={t('frozen.sure')}
          yes={t('frozen.forget')}
          onYes={() => leaveShownTeam(model)}
        />
      </Section>
    </Screen>
  )
}
