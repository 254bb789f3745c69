import { useEffect, useRef, useState } from 'preact/hooks'
import { visible } from '#client/display.ts'
import type { ErrorCode } from '#protocol/errors.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { t } from '../../texts/all-texts.ts'
import { byteSize } from '../../texts/exact-times.ts'
import { pictures } from '../model/pictures.ts'
import { readBlob } from '../model/read-blob.ts'
import { useApp } from '../model/use-app.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { Missing } from '../parts/missing.tsx'
import { openOver } from '../parts/open-over.ts'
import { useLazy } from '../parts/use-lazy.ts'

/** Bytes of a log that are shown: all of it is saved. */
const TAIL = 60_000

type ArtifactEvent = Extract<TaskEvent, { type: 'artifact' }>

/** What a task made: a picture is fetched when it comes into sight and opens full screen; any other file is saved. */
export function Artifact({ artifact }: { artifact: ArtifactEvent }) {
  const { name, mime, blob } = artifact
  const isPicture = pictures.has(mime)
  const { url, tail, failure, load } = useBlobUrl(artifact, isPicture)
  if (failure !== null) return <Missing code={failure} name={name} onAgain={() => void load()} />
  if (isPicture) return url === null ? <p class="quiet">{t('loading')}</p> : <Picture url={url} name={visible(name)} />
  return (
    <>
      <p class="artifact">
        <Icon name="tasks" />
        <span class="code">
          <Exact text={name} />
        </span>
        <span class="quiet">{byteSize(blob.bytes)}</span>
        {url === null ? (
          <button type="button" class="text-button" onClick={load}>
            {t('task.fetch')}
          </button>
        ) : (
          <a class="text-link" href={url} download={name} target="_blank" rel="noopener">
            {t('task.save')}
          </a>
        )}
      </p>
      {tail !== null && <LogEnd text={tail} />}
    </>
  )
}

function LogEnd({ text }: { text: string }) {
  const { it: terminal } = useLazy(() => import('./terminal.tsx'))
  return (
    terminal && (
      <>
        <p class="quiet">{t('task.logEnd')}</p>
        <terminal.Terminal text={text} />
      </>
    )
  )
}

/** One tap opens it over everything; two fingers enlarge it as any page. Back, Escape, the cross or a tap beside it closes. */
function Picture({ url, name }: { url: string; name: string }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const shown = visible(name)
  return (
    <>
      <button
        type="button"
        class="picture"
        onClick={() => dialog.current && openOver(dialog.current)}
        aria-label={t('task.openPicture', { name: shown })}
      >
        <img src={url} alt={shown} />
      </button>
      <dialog ref={dialog} class="picture-full" aria-label={shown} {...{ closedby: 'any' }}>
        <img src={url} alt={shown} />
        <button type="button" class="button picture-close" onClick={() => dialog.current?.close()}>
          <AnyIcon name="cross" /> {t('close')}
        </button>
      </dialog>
    </>
  )
}

/** The opened content as an address of this page alone, given back when nobody shows it any more. */
function useBlobUrl({ kind, blob, mime }: ArtifactEvent, atOnce: boolean) {
  const { model } = useApp()
  const [url, setUrl] = useState<string | null>(null)
  const [tail, setTail] = useState<string | null>(null)
  const [failure, setFailure] = useState<ErrorCode | null>(null)
  const made = useRef<string | null>(null)
  const load = async () => {
    const read = await readBlob(model.device, blob)
    setFailure(read.ok ? null : read.code)
    if (!read.ok) return
    // A file never opens inside the app's origin: as bytes of no kind it can only be saved.
    const type = pictures.has(mime) ? mime : 'application/octet-stream'
    made.current = URL.createObjectURL(new Blob([read.value], { type }))
    setUrl(made.current)
    if (kind === 'log') setTail(new TextDecoder().decode(read.value.subarray(-TAIL)))
  }
  useEffect(() => {
    if (atOnce) void load()
    return () => {
      if (made.current) URL.revokeObjectURL(made.current)
    }
  }, [blob.id])
  return { url, tail, failure, load }
}
