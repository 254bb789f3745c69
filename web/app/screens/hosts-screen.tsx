import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { removeKey } from '#client/remove-key.ts'
import { setPolicy } from '#client/set-policy.ts'
import { kidOfHost } from '#protocol/ids.ts'
import { ownersOf } from '#trust/trust-log.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import type { Asked } from '../model/ask-hosts.ts'
import { hostsToAsk, isSilent, withAsked } from '../model/ask-hosts.ts'
import type { UsageHistory } from '../model/usage-history.ts'
import { withUsage } from '../model/usage-history.ts'
import { useApp } from '../model/use-app.ts'
import { Notice, Screen } from '../parts/layout.tsx'
import { HostsView } from '../views/hosts.tsx'
import { TeamsRoom } from './teams-room.tsx'
import '../style/hosts.css'

/** Presence is only asked for while somebody looks. Milliseconds. */
const LOOK_MS = 30_000
/** And as often it is looked whether they have answered. */
const ASK_MS = 5_000

export function HostsScreen() {
  const { model } = useApp()
  const { device } = model
  const [said, setSaid] = useState<string | null>(null)
  const usage = useSignal<UsageHistory>(new Map())
  useEffect(() => {
    void model.refresh()
    const timer = setInterval(() => void model.refresh(), LOOK_MS)
    return () => clearInterval(timer)
  }, [])
  const asked = useSignal<Asked>(new Map())
  useEffect(() => {
    // By this page's own clock: only time that has passed counts.
    const ask = () => {
      if (model.known.value.is !== 'fresh') return
      for (const host of hostsToAsk(model.hosts.value, asked.value, Date.now())) {
        asked.value = withAsked(asked.value, host, Date.now())
        void device.sendInput({ hostId: host.hostId, taskId: null, kind: 'ping' })
      }
      model.lookAtClock()
    }
    const timer = setInterval(ask, ASK_MS)
    return () => clearInterval(timer)
  }, [])
  useSignalEffect(() => {
    usage.value = withUsage(usage.peek(), model.hosts.value)
  })
  const team = model.team.value
  const isOwner = team !== null && ownersOf(team).some(({ keys }) => keys.kid === device.kid)
  const unpair = async (hostId: string) => {
    const removed = await removeKey(device.context, kidOfHost(hostId))
    setSaid(removed.ok ? t('hosts.unpaired') : sentenceOf(removed.code))
    if (removed.ok) model.team.value = removed.value
    await model.refresh()
  }
  return (
    <Screen title={t('hosts.title')}>
      <TeamsRoom />
      {said !== null && <Notice>{said}</Notice>}
      <HostsView
        hosts={model.hosts.value}
        known={model.known.value}
        tasks={model.tasks.value}
        usage={usage.value}
        isSilent={(host) => isSilent(host, asked.value, Date.now())}
        isPresenceKnown={model.known.value.is === 'fresh'}
        now={model.now.value}
        onStopAll={async (hostId) => {
          const sent = await device.sendInput({ hostId, taskId: null, kind: 'stop-all', keep: true })
          await model.noteKept()
          setSaid(sent.ok ? t('hosts.stopSent') : sentenceOf(sent.code))
        }}
        onRevoke={async (hostId, ruleId) => {
          const sent = await device.sendInput({ hostId, taskId: null, kind: 'revoke-rule', text: ruleId, keep: true })
          await model.noteKept()
          setSaid(sent.ok ? t('rules.sent') : sentenceOf(sent.code))
        }}
        onResume={async (hostId, session) => {
          const sent = await device.sendInput({ hostId, taskId: null, kind: 'resume', text: session, keep: true })
          await model.noteKept()
          setSaid(sent.ok ? t('paused.sent') : sentenceOf(sent.code))
        }}
        onRename={
          isOwner
            ? async (hostId, name) => {
                const sent = await device.sendInput({ hostId, taskId: null, kind: 'name-host', text: name, keep: true })
                await model.noteKept()
                setSaid(sent.ok ? t('hosts.renameSent') : sentenceOf(sent.code))
              }
            : null
        }
        onUnpair={isOwner ? unpair : null}
        policies={team?.policies ?? new Map()}
        onPolicy={
          isOwner
            ? async (hostId, policyHash) => {
                const set = await setPolicy(device.context, { hostId, policyHash })
                setSaid(set.ok ? t('hosts.policySet') : sentenceOf(set.code))
                if (set.ok) model.team.value = set.value
              }
            : null
        }
      />
    </Screen>
  )
}
