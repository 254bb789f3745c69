import { useEffect, useState } from 'preact/hooks'
import { rotateKey } from '#client/rotate-key.ts'
import type { Result } from '#protocol/errors.ts'
import type { NotifySettings } from '../../shared/notify-settings.ts'
import { changeNotifySettings, readNotifySettings } from '../../shared/notify-settings.ts'
import { webRotation } from '../../shared/open-web-device.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import type { Language } from '../../texts/languages.ts'
import { keepChoice, readChoice } from '../../texts/languages.ts'
import { checkPush } from '../model/check-push.ts'
import type { PushState } from '../model/push-state.ts'
import { readPushState, turnOffPush, turnOnPush } from '../model/push-state.ts'
import { useApp } from '../model/use-app.ts'
import { Screen } from '../parts/layout.tsx'
import { SettingsView } from '../views/settings.tsx'
import { TeamsSection } from './teams-section.tsx'

export function SettingsScreen() {
  const { model } = useApp()
  const { device } = model
  const [push, setPush] = useState<PushState>('off')
  const [lastPushAt, setLastPushAt] = useState<number | null>(null)
  const [storage, setStorage] = useState<{ kept: boolean; used: number } | null>(null)
  const [language, setLanguage] = useState<Language | null>(null)
  const [refusal, setRefusal] = useState<string | null>(null)
  const [notify, setNotify] = useState<NotifySettings | null>(null)
  const team = model.team.value

  const look = async () => {
    setLanguage(await readChoice(device.context.store))
    setPush(await readPushState())
    setNotify(await readNotifySettings(device.context.store))
    setLastPushAt((await device.context.store.get<number>('app/push-received')) ?? null)
    if (!navigator.storage?.estimate) return
    setStorage({ kept: await navigator.storage.persisted(), used: (await navigator.storage.estimate()).usage ?? 0 })
  }
  useEffect(() => void look(), [])

  const say = async (result: Result<unknown>) => {
    setRefusal(result.ok ? null : sentenceOf(result.code))
    await look()
  }
  return (
    <Screen title={t('settings.title')}>
      <SettingsView
        push={push}
        lastPushAt={lastPushAt}
        notify={notify}
        hosts={model.hosts.value}
        // Kept before it is shown: what the screen says holds, also when the app is closed at once.
        onNotify={async (change) => setNotify(await changeNotifySettings(device.context.store, change))}
        now={model.now.value}
        teams={<TeamsSection />}
        storage={storage}
        ids={{ team: team?.teamId ?? '', device: device.kid }}
        refusal={refusal}
        onRotate={async () => {
          const rotated = await rotateKey(device, webRotation(device.context.store))
          if (rotated.ok) window.location.assign('/')
          else await say(rotated)
        }}
        onPush={async (on) => say(await (on ? turnOnPush(device) : turnOffPush(device)))}
        onCheck={async () => {
          const checked = await checkPush(device)
          await look()
          return checked
        }}
        language={language}
        onLanguage={async (chosen) => {
          await keepChoice(device.context.store, chosen)
          window.location.reload()
        }}
        onKeepStorage={async () => {
          await navigator.storage.persist()
          await look()
        }}
      />
    </Screen>
  )
}
