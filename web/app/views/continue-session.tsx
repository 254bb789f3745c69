import { useState } from 'preact/hooks'
import { visible } from '#client/display.ts'
import type { Listing } from '#protocol/statements/listing.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { relativeTime } from '../../texts/times.ts'
import { Broken } from '../parts/broken.tsx'
import { Notice } from '../parts/layout.tsx'
import { useBusy } from '../parts/use-busy.ts'

type Props = {
  /** What the host has answered of late. */
  listings: readonly Listing[]
  chosen: string
  now: number
  /** Asks the host for the agent's sessions; the id of the asking, or null where it was not sent. */
  onAsk(): Promise<string | null>
  /** Empty: the agent begins a new one. */
  onChoose(session: string): void
}

/** The agent's own sessions in the project, asked for only when a person wants to go on in one. */
export function ContinueSession({ listings, chosen, now, onAsk, onChoose }: Props) {
  const [asked, setAsked] = useState<string | null>(null)
  const { busy, broken, run } = useBusy()
  const listing = listings.find(({ input }) => input === asked)
  if (asked === null)
    return (
      <div>
        <button
          type="button"
          class="text-button"
          disabled={busy}
          onClick={() => run(async () => setAsked(await onAsk()))}
        >
          {t('sessions.open')}
        </button>
        <Broken when={broken} />
      </div>
    )
  if (!listing)
    return (
      <p class="quiet" role="status">
        {t('sessions.asking')}
      </p>
    )
  if (listing.code !== undefined) return <Notice>{sentenceOf(listing.code)}</Notice>
  if (listing.sessions.length === 0) return <p class="quiet">{t('sessions.none')}</p>
  return (
    <label class="field">
      <span>{t('sessions.session')}</span>
      <select value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{t('sessions.fresh')}</option>
        {listing.sessions.map(({ id, title, updatedAt }) => (
          <option key={id} value={id}>
            {visible(title ?? id)}
            {updatedAt !== undefined && ` (${relativeTime(updatedAt, now)})`}
          </option>
        ))}
      </select>
      <span class="quiet">{listing.isCut ? t('sessions.newest') : t('sessions.where')}</span>
    </label>
  )
}
