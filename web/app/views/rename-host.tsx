import { useState } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import { Broken } from '../parts/broken.tsx'
import { useBusy } from '../parts/use-busy.ts'

const focus = (field: HTMLInputElement | null): void => field?.select()

/** Another name for a host, which is its word to everybody: only an owner's device is offered this. */
export function RenameHost({ name, onRename }: { name: string; onRename(name: string): Promise<void> }) {
  const [words, setWords] = useState<string | null>(null)
  const { busy, broken, run } = useBusy()
  if (words === null)
    return (
      <button type="button" class="text-button" onClick={() => setWords(name)}>
        {t('hosts.rename')}
      </button>
    )
  const chosen = words.trim()
  const save = (event: Event) => {
    event.preventDefault()
    if (chosen === '') return
    void run(async () => {
      if (chosen !== name) await onRename(chosen)
      setWords(null)
    })
  }
  return (
    <form class="rename" onSubmit={save}>
      <label class="field">
        <span>{t('hosts.newName')}</span>
        <input
          ref={focus}
          maxLength={80}
          autocomplete="off"
          enterkeyhint="done"
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
      </label>
      <Broken when={broken} />
      <div class="comment-buttons">
        <button type="button" class="button" onClick={() => setWords(null)}>
          {t('cancel')}
        </button>
        <button type="submit" class="button button-primary" disabled={busy || chosen === ''}>
          {t('people.save')}
        </button>
      </div>
    </form>
  )
}
