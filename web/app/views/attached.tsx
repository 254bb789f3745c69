import { visible } from '#client/display.ts'
import { t } from '../../texts/all-texts.ts'
import type { Attachments } from '../model/use-attachments.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { Notice } from '../parts/layout.tsx'
import '../style/attached.css'

type ButtonProps = { attachments: Attachments; disabled?: boolean; withWords?: boolean }

/** The way to the phone's camera and pictures: the browser asks which. */
export function AttachButton({ attachments, disabled = false, withWords = false }: ButtonProps) {
  return (
    <label class={withWords ? 'button attach' : 'button button-round attach'}>
      <AnyIcon name="picture" />
      {withWords && t('attach.add')}
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
                <AnyIcon name="cross" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {left && <Notice kind="warning">{t('attach.left')}</Notice>}
    </>
  )
}
