import { useEffect, useState } from 'preact/hooks'
import { addPasskey } from '#client/add-passkey.ts'
import { askForPasskey } from '#client/ask-for-passkey.ts'
import { readPasskeyRequest } from '#client/read-passkey-request.ts'
import type { ErrorCode } from '#protocol/errors.ts'
import type { Passkey } from '#protocol/statements/passkey.ts'
import type { PasskeyRequest } from '#protocol/statements/passkey-request.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { makePasskey } from '../model/passkey.ts'
import { useApp } from '../model/use-app.ts'
import { Notice, Screen } from '../parts/layout.tsx'
import { nameOfDevice } from '../views/names.ts'
import { AskOwner, ConfirmOther, ScanRequest } from '../views/passkey.tsx'
import '../style/pair.css'

/** What was made here and no owner has confirmed yet: asked for again it is the same one. */
const MADE = 'app/passkey-made'

/** This device's passkey, which an owner has to state; for an owner, also those of others. `link`: another device's wish, as scanned or opened. */
export function PasskeyScreen({ link }: { link: string | null }) {
  const { model, router } = useApp()
  const { device } = model
  const { store } = device.context
  const team = model.team.value
  const own = team?.keys.get(device.kid)
  const isOwner = own?.rights?.role === 'owner'
  const [failure, setFailure] = useState<ErrorCode | null>(null)
  const [request, setRequest] = useState<string | null>(null)
  const [other, setOther] = useState<PasskeyRequest | null>(null)
  const [done, setDone] = useState(false)

  const read = async (text: string) => {
    const found = await readPasskeyRequest(device.context, text)
    setFailure(found.ok ? null : found.code)
    setOther(found.ok ? found.value : null)
  }
  const ask = async (passkey: Passkey) => {
    const asked = await askForPasskey(device.context, { passkey, appOrigin: window.location.origin })
    setFailure(asked.ok ? null : asked.code)
    setRequest(asked.ok ? asked.value : null)
  }
  const make = async () => {
    const made = await makePasskey(device, t('app'))
    if (!made.ok) return setFailure(made.code)
    if (isOwner) return state({ passkey: made.value })
    await store.put(MADE, made.value)
    await ask(made.value)
  }
  const state = async (wanted: { passkey: Passkey; kid?: string }) => {
    const added = await addPasskey(device.context, wanted)
    setFailure(added.ok ? null : added.code)
    setDone(added.ok)
    model.team.value = device.team()
  }
  useEffect(() => {
    if (link !== null && isOwner) void read(link)
    if (link === null && !isOwner && !own?.passkey)
      void store.get<Passkey>(MADE).then((made) => (made ? ask(made) : undefined))
  }, [link, isOwner])

  return (
    <Screen title={t('passkey.title')} back={router.back}>
      {failure !== null && <Notice kind="warning">{sentenceOf(failure)}</Notice>}
      {done ? (
        <Notice>{t('passkey.confirmed')}</Notice>
      ) : link !== null && !isOwner ? (
        <Notice kind="warning">{t('passkey.ownersOnly')}</Notice>
      ) : other ? (
        <ConfirmOther
          name={nameOfDevice(model.hosts.value)(other.device)}
          rights={team?.keys.get(other.device)?.rights ?? null}
          onConfirm={() => state({ passkey: other.passkey, kid: other.device })}
        />
      ) : (
        <>
          <AskOwner hasOne={own?.passkey != null} request={request} onMake={make} />
          {isOwner && <ScanRequest onText={(text) => void read(text)} />}
        </>
      )}
    </Screen>
  )
}
