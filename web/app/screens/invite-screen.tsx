import { useEffect, useRef, useState } from 'preact/hooks'
import { invite } from '#client/invite.ts'
import { mayBeginAsOwner } from '#trust/team-state.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { useApp } from '../model/use-app.ts'
import { Screen } from '../parts/layout.tsx'
import type { InviteState } from '../views/invite.tsx'
import { InviteView } from '../views/invite.tsx'
import { nameOfDevice } from '../views/names.ts'
import type { ChosenRights } from '../views/rights-form.tsx'
import '../style/pair.css'

/** An owner lets a phone into the team, face to face: shows a code to scan, and types what the other phone shows. */
export function InviteScreen() {
  const { model, router } = useApp()
  const { device } = model
  const [state, setState] = useState<InviteState>({ is: 'choosing' })
  const [refusal, setRefusal] = useState<string | null>(null)
  const gone = useRef<AbortController>(null)
  const typed = useRef<(code: string) => void>(() => {})
  useEffect(() => () => gone.current?.abort(), [])

  const team = model.team.value
  const own = team?.keys.get(device.kid)?.rights ?? null

  const start = async (rights: ChosenRights, isOwn: boolean) => {
    gone.current?.abort()
    const over = new AbortController()
    gone.current = over
    setRefusal(null)
    const invited = await invite(device.context, {
      rights: { ...rights, ...(isOwn && own ? { person: own.person } : {}) },
      name: nameOfDevice(model.hosts.value)(device.kid),
      appOrigin: window.location.origin,
      signal: over.signal,
      onLink: (offer) => setState({ is: 'offered', ...offer }),
      onLocked: (newcomer) => setState({ is: 'locked', ...newcomer, left: null }),
      onWrongCode: (left) => setState((now) => (now.is === 'locked' ? { ...now, left } : now)),
      nextCode: () =>
        new Promise((resolve) => {
          typed.current = resolve
        }),
    })
    if (over.signal.aborted) return
    if (!invited.ok) {
      setRefusal(invited.detail ?? sentenceOf(invited.code))
      return setState({ is: 'choosing' })
    }
    const { label, person } = invited.value
    model.team.value = invited.value.team
    await model.noteKept()
    setState({ is: 'done', label, person })
  }
  return (
    <Screen title={t('invite.title')} back={router.back}>
      <InviteView
        state={state}
        refusal={refusal}
        hosts={model.hosts.value}
        own={own}
        mayOwn={team !== null && mayBeginAsOwner(team)}
        now={model.now.value}
        onStart={(rights, isOwn) => void start(rights, isOwn)}
        onCode={(code) => typed.current(code)}
        onDone={() => router.go('/people', { replace: true })}
      />
    </Screen>
  )
}
