import { useState } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import { Icon } from '../parts/icon.tsx'
import { Notice, Section } from '../parts/layout.tsx'
import { Camera } from './camera.tsx'

/** Where a pairing stands. A link that was read starts nothing by itself: opening it in the wrong browser must burn nothing. */
export type PairState =
  | { is: 'idle' }
  | { is: 'read'; link: string }
  | { is: 'asking' }
  | { is: 'code'; code: string }
  | { is: 'paired'; hostName: string }

export type Install = 'ios' | 'other' | null
export type PairProps = {
  state: PairState
  /** A sentence when the last try did not work. */
  refusal: string | null
  isFirst: boolean
  install: Install
  guess: { label: string }
  onLink(text: string): void
  onStart(names: { person: string; label: string }): void
  onDone(): void
}

export function PairView({ state, refusal, isFirst, install, guess, onLink, onStart, onDone }: PairProps) {
  if (state.is === 'paired') {
    return (
      <div class="empty">
        <span class="big-mark">
          <Icon name="check" />
        </span>
        <p class="empty-title">{t('pair.done', { host: state.hostName })}</p>
        <p>{t('pair.doneHint')}</p>
        <button type="button" class="button button-primary" onClick={onDone}>
          {t('pair.continue')}
        </button>
      </div>
    )
  }
  if (state.is === 'code') {
    return (
      <div class="empty">
        <p class="empty-title">{t('pair.code')}</p>
        <p class="pair-code">
          <span>{state.code.slice(0, 3)}</span> <span>{state.code.slice(3)}</span>
        </p>
        <p>{t('pair.codeHint')}</p>
      </div>
    )
  }
  if (state.is === 'asking') {
    return (
      <div class="empty" aria-live="polite">
        <p class="empty-title">{t('pair.waitingHost')}</p>
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
      {state.is === 'read' ? <Names guess={guess} onStart={onStart} /> : <ReadLink onLink={onLink} />}
    </>
  )
}

function Names({ guess, onStart }: Pick<PairProps, 'guess' | 'onStart'>) {
  const [person, setPerson] = useState('')
  const [label, setLabel] = useState(guess.label)
  const submit = (event: Event) => {
    event.preventDefault()
    onStart({ person: person.trim(), label: label.trim() || guess.label })
  }
  return (
    <form class="stack" onSubmit={submit}>
      <p class="found">
        <Icon name="check" /> {t('pair.found')}
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
      <button type="submit" class="button button-big button-primary" disabled={person.trim() === ''}>
        {t('pair.start')}
      </button>
    </form>
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
        <Camera onText={onLink} />
      ) : (
        <button type="button" class="button button-big button-primary" onClick={() => setScanning(true)}>
          <Icon name="scan" /> {t('pair.scan')}
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
