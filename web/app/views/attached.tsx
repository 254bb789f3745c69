import { visible } from '#client/display.ts'
import { t } from '../../texts/all-texts.ts'
import type { Attachments } from '../model/use-attachments.ts'
import { Icon } from '../parts/icon.tsx'
import { Notice } from '../parts/layout.tsx'
import '../style/attached.css'

/** The way to the phone's camera and pictures: the browser asks which. */
export function AttachButton({ attachments, disabled = false }: { attachments: Attachments; disabled?: boolean }) {
  return (
    <label class="button button-round attach">
      <Icon name="picture" />
      <input
        type="file"
        accept="image/*"
        multiple
        disabled={disabled}
        aria-label={t('attach.add')}
        onChange={(event) => {
          void attachments.add(event.currentTarget.files ?? [])
          event.currentTarget.value = ''
        }}
      />
    </label>
  )
}

/** What goes along, small, each with a way to take it away. */
export function Attached({ attachments: { all, left, remove } }: { attachments: Attachments }) {
  return (
    <>
      {all.length > 0 && (
        <ul class="attached">
          {all.map(({ file, url }) => (
            <li key={url}>
              <img src={url} alt={visible(file.name)} />
              <button
                type="button"
                aria-label={t('attach.remove', { name: visible(file.name) })}
                onClick={() => remove(url)}
              >
                <Icon name="cross" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {left && <Notice kind="warning">{t('attach.left')}</Notice>}
    </>
  )
}
