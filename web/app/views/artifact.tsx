import { visible } from '#client/display.ts'
import { t } from '../../texts/all-texts.ts'
import { byteSize } from '../../texts/exact-times.ts'
import { pictures } from '../model/pictures.ts'
import { type ArtifactEvent, useBlobUrl } from '../model/use-blob-url.ts'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { Missing } from '../parts/missing.tsx'
import { useLazy } from '../parts/use-lazy.ts'

/** What a task made: a picture is fetched when it comes into sight and opens full screen by a tap; any other file is saved. */
export function Artifact({ artifact, onOpen }: { artifact: ArtifactEvent; onOpen(): void }) {
  const { name, mime, blob } = artifact
  const isPicture = pictures.has(mime)
  const { url, tail, failure, load } = useBlobUrl(artifact, isPicture)
  if (failure !== null) return <Missing code={failure} name={name} onAgain={() => void load()} />
  if (isPicture)
    return url === null ? (
      <p class="quiet">{t('loading')}</p>
    ) : (
      <button
        type="button"
        class="picture"
        onClick={onOpen}
        aria-label={t('task.openPicture', { name: visible(name) })}
      >
        <img src={url} alt={visible(name)} />
      </button>
    )
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
