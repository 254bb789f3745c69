import { useState } from 'preact/hooks'
import type { HostSummary } from '#client/list-hosts.ts'
import type { Rights } from '#protocol/statements/trust-entry.ts'
import { t } from '../../texts/all-texts.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Exact } from '../parts/exact.tsx'
import { Notice } from '../parts/layout.tsx'
import { QrCode } from '../parts/qr-code.tsx'
import type { ChosenRights } from './rights-form.tsx'
import { RightsFields } from './rights-form.tsx'

export type InviteState =
  | { is: 'choosing' }
  | { is: 'offered'; link: string; expiresAt: number }
  /** `left`: tries after a wrong code; null: none was typed yet. */
  | { is: 'locked'; label: string; person: string; left: number | null }
  | { is: 'done'; label: string; person: string }

export type InviteProps = {
  state: InviteState
  /** A sentence when the last try did not work. */
  refusal: string | null
  hosts: readonly HostSummary[]
  /** This device's rights: a further device of the same person gets them too. */
  own: Rights | null
  /** Whether a device may begin as an owner's; where two persons are owners, none may. */
  mayOwn: boolean
  now: number
  onStart(rights: ChosenRights, isOwn: boolean): void
  onCode(code: string): void
  onDone(): void
}

export function InviteView({ state, refusal, hosts, own, mayOwn, now, onStart, onCode, onDone }: InviteProps) {
  switch (state.is) {
    case 'choosing':
      return (
        <>
          {refusal !== null && <Notice kind="warning">{refusal}</Notice>}
          <Choose hosts={hosts} own={own} mayOwn={mayOwn} onStart={onStart} />
        </>
      )
    case 'offered':
      return <Offered link={state.link} minutes={Math.max(1, Math.round((state.expiresAt - now) / 60_000))} />
    case 'locked':
      return <Locked {...state} onCode={onCode} />
    case 'done':
      return (
        <div class="empty">
          <span class="big-mark">
            <AnyIcon name="check" />
          </span>
          <p class="empty-title">
            <Exact text={t('invite.done', { person: state.person })} />
          </p>
          <p>
            <Exact text={state.label} />
          </p>
          <button type="button" class="button button-primary" onClick={onDone}>
            {t('pair.continue')}
          </button>
        </div>
      )
  }
}

function Choose({ hosts, own, mayOwn, onStart }: Pick<InviteProps, 'hosts' | 'own' | 'mayOwn' | 'onStart'>) {
  const [isOwn, setOwn] = useState(false)
  const [rights, setRights] = useState<ChosenRights>({ role: 'approver', hosts: '*', maxTier: 2 })
  const isLess = own?.role === 'owner' && !mayOwn
  const start = (event: Event) => {
    event.preventDefault()
    const mine = own && { role: isLess ? 'approver' : own.role, hosts: own.hosts, maxTier: own.maxTier }
    onStart(isOwn && mine ? mine : rights, isOwn)
  }
  return (
    <form class="stack" onSubmit={start}>
      <p class="lead">{t('invite.intro')}</p>
      <fieldset class="choices">
        <legend>{t('invite.whose')}</legend>
        <label class="choose">
          <input type="radio" name="whose" checked={!isOwn} onChange={() => setOwn(false)} />
          <span>{t('invite.somebody')}</span>
        </label>
        <label class="choose">
          <input type="radio" name="whose" checked={isOwn} onChange={() => setOwn(true)} />
          <span>{t(isLess ? 'invite.mineAsApprover' : 'invite.mine')}</span>
        </label>
      </fieldset>
      {!isOwn && <RightsFields rights={rights} hosts={hosts} mayOwn={mayOwn} onChange={setRights} />}
      {!mayOwn && <p class="quiet">{t('invite.ownerTakesTwo')}</p>}
      <button type="submit" class="button button-big button-primary">
        {t('invite.start')}
      </button>
    </form>
  )
}

function Offered({ link, minutes }: { link: string; minutes: number }) {
  return (
    <div class="empty">
      <p class="empty-title">{t('invite.scan')}</p>
      <QrCode text={link} label={t('invite.qr')} />
      <p>{t('invite.valid', { minutes })}</p>
      <p class="quiet">{t('invite.onlyHere')}</p>
      <CopyButton text={() => link} label={t('invite.copy')} done={t('invite.copied')} />
    </div>
  )
}

function Locked({ label, person, left, onCode }: Extract<InviteState, { is: 'locked' }> & Pick<InviteProps, 'onCode'>) {
  const [code, setCode] = useState('')
  const digits = code.replace(/\D/g, '')
  const send = (event: Event) => {
    event.preventDefault()
    setCode('')
    onCode(digits)
  }
  return (
    <form class="stack" onSubmit={send}>
      <p class="lead">
        <Exact text={t('invite.answers', { person, label })} />
      </p>
      {left !== null && <Notice kind="warning">{t('invite.wrong', { left })}</Notice>}
      <label class="field">
        <span>{t('invite.code')}</span>
        <input
          class="code-field"
          inputMode="numeric"
          autocomplete="off"
          maxLength={7}
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
        <span class="quiet">{t('invite.codeHint')}</span>
      </label>
      <button type="submit" class="button button-big button-primary" disabled={digits.length !== 6}>
        {t('invite.admit')}
      </button>
    </form>
  )
}
