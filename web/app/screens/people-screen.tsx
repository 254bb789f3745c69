import { useEffect, useState } from 'preact/hooks'
import type { DeviceSummary } from '#client/list-devices.ts'
import { listDevices } from '#client/list-devices.ts'
import { removeKey } from '#client/remove-key.ts'
import { setRights } from '#client/set-rights.ts'
import type { Result } from '#protocol/errors.ts'
import { devicesOf, ownersOf } from '#trust/trust-log.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { peopleOf } from '../model/people.ts'
import { useApp } from '../model/use-app.ts'
import { Notice, Screen } from '../parts/layout.tsx'
import { rosterOf } from '../views/names.ts'
import { PeopleView } from '../views/people.tsx'
import '../style/people.css'

/** Who is there is only asked for while somebody looks. Milliseconds. */
const LOOK_MS = 30_000

export function PeopleScreen() {
  const { model, router } = useApp()
  const { device } = model
  const [seen, setSeen] = useState<readonly DeviceSummary[] | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const team = model.team.value

  const look = async () => {
    const listed = await listDevices(device.context)
    if (listed.ok) setSeen(listed.value)
  }
  useEffect(() => {
    void look()
    const timer = setInterval(() => void look(), LOOK_MS)
    return () => clearInterval(timer)
  }, [team])

  const say = async (result: Result<unknown>, done: string) => {
    setSaid(result.ok ? done : sentenceOf(result.code))
    model.team.value = device.team()
    await look()
  }
  if (!team) return null
  const known = new Map((seen ?? []).map((each) => [each.key.keys.kid, each.seen]))
  const devices = devicesOf(team).map((key) => ({ key, seen: known.get(key.keys.kid) ?? null }))
  return (
    <Screen title={t('people.title')} back={router.back}>
      {said !== null && <Notice>{said}</Notice>}
      <PeopleView
        people={peopleOf(devices, rosterOf(model.hosts.value))}
        roster={rosterOf(model.hosts.value)}
        invites={team.invites}
        hosts={model.hosts.value}
        ownKid={device.kid}
        isOwner={ownersOf(team).some(({ keys }) => keys.kid === device.kid)}
        isSeenKnown={seen !== null && model.isFresh.value}
        now={model.now.value}
        onRemove={async (kid) => say(await removeKey(device.context, kid), t('people.removed'))}
        onRights={async (kid, rights) => {
          const set = await setRights(device.context, { kid, rights })
          await say(set, set.ok && !set.value.stands ? t('people.invited') : t('people.changed'))
        }}
      />
    </Screen>
  )
}
