import { useState } from 'preact/hooks'
import type { PairingLink } from '#protocol/statements/pairing.ts'
import { t } from '../../texts/all-texts.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { Exact } from '../parts/exact.tsx'
import { Notice, Section } from '../parts/layout.tsx'
import { Camera } from './camera.tsx'

type Intent = PairingLink['intent']

/** Where a pairing stands. A link that was read starts nothing by itself: opening it in the wrong browser must burn nothing. */
export type PairState =
  | { is: 'idle' }
  | { is: 'read'; link: string; intent: Intent }
  | { is: 'asking'; intent: Intent }
  | { is: 'code'; code: string; intent: Intent }
  | { is: 'paired'; name: string; intent: Intent }

export type Install = 'ios' | 'other' | null
export type PairProps = {
  state: PairState
  /** A sentence when the last try did not work. */
  refusal: string | null
  isFirst: boolean
  install: Install
  guess: { label: string }
  /** Makes a passkey for the person of this name; false: none was made. Null: this device has no authenticator. */
  onPasskey: ((person: string) => Promise<boolean>) | null
  onLink(text: string): void
  onStart(names: { person: string; label: string }): void
  onDone(): void
  /** The link was of another team: joins that one too. Null: it was not. */
  onJoin: (() => void) | null
  /** The team that was shown before one more was to be joined; null: there is none. */
  former: string | null
  onBack(): Promise<void>
}

export function PairView(props: PairProps) {
  const { state, refusal, isFirst, install, guess, onPasskey, onLink, onStart, onDone, onJoin, former, onBack } = props
  if (state.is === 'paired') {
    return (
      <div class="empty">
        <span class="big-mark">
          <AnyIcon name="check" />
        </span>
        <p class="empty-title">
          <Exact
            text={
              state.intent === 'join' ? t('pair.joined', { name: state.name }) : t('pair.done', { host: state.name })
            }
          />
        </p>
        <p>{state.intent === 'join' ? t('pair.joinedHint') : t('pair.doneHint')}</p>
        <button type="button" class="button button-primary" onClick={onDone}>
          {t('pair.continue')}
        </button>
      </div>
    )
  }
  if (state.is === 'code') {
    return (
      <div class="empty">
        <p class="empty-title">{state.intent === 'join' ? t('pair.codeJoin') : t('pair.code')}</p>
        <p class="pair-code">
          <span>{state.code.slice(0, 3)}</span> <span>{state.code.slice(3)}</span>
        </p>
        <p>{state.intent === 'join' ? t('pair.codeJoinHint') : t('pair.codeHint')}</p>
      </div>
    )
  }
  if (state.is === 'asking') {
    return (
      <div class="empty" aria-live="polite">
        <p class="empty-title">{state.intent === 'join' ? t('pair.waitingOwner') : t('pair.waitingHost')}</p>
      </div>
    )
  }
  return (
    <>
      {isFirst && (
        <div class="welcome">
          <img src="/icons/mark.svg" alt="" width={64} height={64} />
          <p class="lead">{t('pair.intro')}</p>
        </div>
      )}
      {install && (
        <Notice>
          <strong>{t('pair.install')}.</strong> {install === 'ios' ? t('pair.installIos') : t('pair.installOther')}
        </Notice>
      )}
      {refusal !== null && <Notice kind="warning">{refusal}</Notice>}
      {onJoin && (
        <button type="button" class="button button-primary" onClick={onJoin}>
          {t('teams.joinToo')}
        </button>
      )}
      {state.is === 'read' ? (
        <Names guess={guess} onPasskey={onPasskey} onStart={onStart} />
      ) : (
        <ReadLink onLink={onLink} />
      )}
      {former !== null && (
        <button type="button" class="text-button" onClick={() => void onBack()}>
          <Exact text={t('teams.back', { name: former === '' ? t('teams.other') : former })} />
        </button>
      )}
    </>
  )
}

function Names({ guess, onPasskey, onStart }: Pick<PairProps, 'guess' | 'onPasskey' | 'onStart'>) {
  const [person, setPerson] = useState('')
  const [label, setLabel] = useState(guess.label)
  const submit = (event: Event) => {
    event.preventDefault()
    onStart({ person: person.trim(), label: label.trim() || guess.label })
  }
  return (
    <form class="stack" onSubmit={submit}>
      <p class="found">
        <AnyIcon name="check" /> {t('pair.found')}
      </p>
      <label class="field">
        <span>{t('pair.person')}</span>
        <input
          value={person}
          maxLength={80}
          autocomplete="name"
          onInput={(event) => setPerson(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{t('pair.label')}</span>
        <input value={label} maxLength={80} onInput={(event) => setLabel(event.currentTarget.value)} />
      </label>
      {onPasskey && <PasskeyStep person={person.trim()} onPasskey={onPasskey} />}
      <button type="submit" class="button button-big button-primary" disabled={person.trim() === ''}>
        {t('pair.start')}
      </button>
    </form>
  )
}

/** May be left out: it is what this device proves its person with where an operation is critical. */
function PasskeyStep({ person, onPasskey }: { person: string; onPasskey(person: string): Promise<boolean> }) {
  const [made, setMade] = useState<boolean | null>(null)
  if (made)
    return (
      <p class="found" role="status">
        <AnyIcon name="check" /> {t('passkey.made')}
      </p>
    )
  return (
    <div class="field">
      <span>{t('passkey.optional')}</span>
      <button
        type="button"
        class="button"
        disabled={person === ''}
        onClick={() => void onPasskey(person).then((isMade) => setMade(isMade))}
      >
        <AnyIcon name="passkey" /> {t('asking.addPasskey')}
      </button>
      <span class="quiet">{made === false ? t('passkey.notMade') : t('passkey.hint')}</span>
    </div>
  )
}

function ReadLink({ onLink }: Pick<PairProps, 'onLink'>) {
  const [isScanning, setScanning] = useState(false)
  return (
    <>
      <Section title={t('pair.how')}>
        <pre class="block">countersign pair</pre>
      </Section>
      {isScanning ? (
        <Camera mark="/p#" onText={onLink} />
      ) : (
        <button type="button" class="button button-big button-primary" onClick={() => setScanning(true)}>
          <AnyIcon name="scan" /> {t('pair.scan')}
        </button>
      )}
      <label class="field">
        <span>{t('pair.paste')}</span>
        <input
          inputMode="url"
          autocomplete="off"
          spellcheck={false}
          placeholder="https://…/p#…"
          onInput={(event) => event.currentTarget.value.includes('/p#') && onLink(event.currentTarget.value)}
        />
        <span class="quiet">{t('pair.pasteHint')}</span>
      </label>
    </>
  )
}
