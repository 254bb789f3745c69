import { useEffect, useRef, useState } from 'preact/hooks'
import { pair } from '#client/pair.ts'
import type { Passkey } from '#protocol/statements/passkey.ts'
import { readLink } from '#trust/pairing-link.ts'
import { addTeam, leaveTeam, nameTeam } from '../../shared/change-teams.ts'
import { keepMarks, wasPaired } from '../../shared/paired-mark.ts'
import type { WebTeam } from '../../shared/web-teams.ts'
import { readTeams, showTeam } from '../../shared/web-teams.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { hasAuthenticator, makePasskey } from '../model/passkey.ts'
import { isInstalled, isIos } from '../model/push-state.ts'
import { useApp } from '../model/use-app.ts'
import { Notice, Screen } from '../parts/layout.tsx'
import type { PairState } from '../views/pair.tsx'
import { PairView } from '../views/pair.tsx'
import '../style/pair.css'

export function PairScreen({ link }: { link: string | null }) {
  const { model, router } = useApp()
  const [state, setState] = useState<PairState>({ is: 'idle' })
  const [refusal, setRefusal] = useState<string | null>(null)
  /** A link of another team, which this phone can join beside this one. */
  const [other, setOther] = useState<string | null>(null)
  const [former, setFormer] = useState<WebTeam | null>(null)
  const gone = useRef<AbortController>(null)
  const passkey = useRef<Passkey>(null)
  const isFirst = model.team.value === null
  const [isCleared, setCleared] = useState(false)

  const take = (text: string) => {
    const read = readLink(text)
    const code = read.ok ? (read.value.expiresAt <= Date.now() ? ('rendezvous_expired' as const) : null) : read.code
    setRefusal(code === null ? null : sentenceOf(code))
    setState(code === null && read.ok ? { is: 'read', link: text, intent: read.value.intent } : { is: 'idle' })
  }
  useEffect(() => {
    if (link !== null) take(link)
  }, [link])
  useEffect(() => () => gone.current?.abort(), [])
  useEffect(() => {
    if (isFirst) void wasPaired().then(setCleared, () => undefined)
  }, [])
  // Who came here for one more team and thinks better of it goes back to one that there is.
  useEffect(() => {
    if (isFirst) void readTeams().then(({ shown, all }) => setFormer(all.find(({ place }) => place !== shown) ?? null))
  }, [isFirst])

  const start = async ({ person, label }: { person: string; label: string }) => {
    if (state.is !== 'read') return
    gone.current = new AbortController()
    setRefusal(null)
    const { intent } = state
    setState({ is: 'asking', intent })
    const paired = await pair(model.device.context, {
      link: state.link,
      person,
      label,
      ...(passkey.current ? { passkey: passkey.current } : {}),
      signal: gone.current.signal,
      onCode: (code) => setState({ is: 'code', code, intent }),
    })
    if (!paired.ok) {
      setOther(paired.code === 'conflict' ? state.link : null)
      setRefusal(paired.detail ?? sentenceOf(paired.code))
      return setState({ is: 'idle' })
    }
    setState({ is: 'paired', name: paired.value.name, intent })
    const { shown, all } = await readTeams()
    if (all.find(({ place }) => place === shown)?.name === '') await nameTeam(shown, paired.value.name)
    // Without it the browser may clear this device's keys when space is short. Some ask the person; then it is the right moment.
    void navigator.storage?.persist?.()
    await keepMarks((await readTeams()).all.filter(({ name }) => name !== '').map(({ place }) => place)).catch(
      () => undefined,
    )
    model.connect()
    void model.refresh()
  }
  return (
    <Screen title={t('pair.title')} {...(isFirst ? {} : { back: router.back })}>
      {isCleared && state.is !== 'paired' && (
        <Notice kind="warning">
          <strong>{t('push.cleared')}.</strong> {t('push.clearedBody')}
        </Notice>
      )}
      <PairView
        state={state}
        refusal={refusal}
        isFirst={isFirst}
        install={isInstalled() || !isIos() ? null : 'ios'}
        guess={{ label: guessLabel() }}
        onPasskey={
          isFirst && hasAuthenticator()
            ? async (person) => {
                const made = await makePasskey(model.device, person)
                passkey.current = made.ok ? made.value : null
                return made.ok
              }
            : null
        }
        onLink={take}
        onStart={(names) => void start(names)}
        onJoin={other === null ? null : () => void addTeam().then(() => window.location.assign(other))}
        former={former?.name ?? null}
        onBack={async () => {
          const { shown } = await readTeams()
          model.close()
          await leaveTeam(shown)
          if (former) await showTeam(former.place)
          window.location.assign('/')
        }}
        onDone={() => router.go('/', { replace: true })}
      />
    </Screen>
  )
}

/** A name for this device that others recognise; the person can change it. */
function guessLabel(): string {
  const agent = navigator.userAgent
  const [, model] = /Android [^;]*; ([^;)]{2,30})/.exec(agent) ?? []
  const system = /iPhone/.test(agent)
    ? 'iPhone'
    : /iPad/.test(agent)
      ? 'iPad'
      : /Android/.test(agent)
        ? model && model !== 'K'
          ? model
          : 'Android'
        : /Mac/.test(agent)
          ? 'Mac'
          : /Windows/.test(agent)
            ? 'Windows'
            : 'Linux'
  const browser = /Firefox\//.test(agent)
    ? 'Firefox'
    : /Edg\//.test(agent)
      ? 'Edge'
      : /Chrome\//.test(agent)
        ? 'Chrome'
        : 'Safari'
  return `${system} (${browser})`
}
