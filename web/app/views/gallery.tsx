import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { visible } from '#client/display.ts'
import { t } from '../../texts/all-texts.ts'
import { type ArtifactEvent, useBlobUrl } from '../model/use-blob-url.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { Icon } from '../parts/icon.tsx'
import { Missing } from '../parts/missing.tsx'
import { openOver } from '../parts/open-over.ts'
import { useSwipe } from '../parts/use-swipe.ts'

type Props = { pictures: readonly ArtifactEvent[]; first: number; onClose(): void }

/**
 * The pictures of a task over everything, one at a time: a swipe, an arrow key or a button leads to the next, two fingers enlarge as on any page. Back, Escape, the cross or a tap
 * beside the picture closes.
 */
export function Gallery({ pictures, first, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const stage = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(first)
  const shown = pictures[at]
  const go = (by: -1 | 1) => setAt((now) => (pictures[now + by] ? now + by : now))
  const swipe = useSwipe(stage, go, (by) => pictures[at + by] !== undefined)
  useLayoutEffect(() => {
    if (dialog.current) openOver(dialog.current)
  }, [])
  const onKeyDown = ({ key }: KeyboardEvent) => {
    const isBack = key === (document.dir === 'rtl' ? 'ArrowRight' : 'ArrowLeft')
    if (isBack || key === 'ArrowLeft' || key === 'ArrowRight') go(isBack ? -1 : 1)
  }
  const close = () => dialog.current?.close()
  if (!shown) return null
  return (
    <dialog
      ref={dialog}
      class="gallery"
      aria-label={visible(shown.name)}
      onClose={onClose}
      onKeyDown={onKeyDown}
      onClick={({ target }) => target === stage.current && close()}
      {...swipe}
    >
      <div ref={stage} class="gallery-stage">
        {pictures.map(
          // Those beside it are there before they are asked for.
          (picture, index) =>
            Math.abs(index - at) < 2 && <Slide key={picture.blob.id} picture={picture} isShown={index === at} />,
        )}
      </div>
      <div class="gallery-bar">
        {pictures.length > 1 && (
          <button
            type="button"
            class="button button-round"
            aria-label={t('task.previousPicture')}
            aria-disabled={at === 0}
            onClick={() => go(-1)}
          >
            <Icon name="back" />
          </button>
        )}
        <p role="status">
          {pictures.length > 1
            ? t('task.pictureOf', { name: visible(shown.name), n: at + 1, count: pictures.length })
            : visible(shown.name)}
        </p>
        {pictures.length > 1 && (
          <button
            type="button"
            class="button button-round"
            aria-label={t('task.nextPicture')}
            aria-disabled={at === pictures.length - 1}
            onClick={() => go(1)}
          >
            <Icon name="next" />
          </button>
        )}
        <button type="button" class="button" onClick={close}>
          <AnyIcon name="cross" /> {t('close')}
        </button>
      </div>
    </dialog>
  )
}

function Slide({ picture, isShown }: { picture: ArtifactEvent; isShown: boolean }) {
  const { url, failure, load } = useBlobUrl(picture, true)
  if (!isShown) return null
  if (failure !== null) return <Missing code={failure} onAgain={() => void load()} />
  if (url === null) return <p class="quiet">{t('loading')}</p>
  return <img src={url} alt={visible(picture.name)} />
}
