import { useMemo, useState } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import { relativeTime } from '../../texts/times.ts'
import type { Entry, History } from '../model/history.ts'
import { findEntries } from '../model/history.ts'
import { shareHistory } from '../model/share-text.ts'
import { Beginning } from '../parts/beginning.tsx'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty } from '../parts/layout.tsx'
import { VirtualList } from '../parts/virtual-list.tsx'
import { ShareButton } from './share-button.tsx'

/** An entry of two lines. Pixels. */
const ROW = 84

export function HistoryView({ entries, unreadable, now }: History & { now: number }) {
  const [question, setQuestion] = useState('')
  const found = useMemo(() => findEntries(entries, question), [entries, question])
  const row = (index: number) => {
    const entry = found[index]
    return entry ? <EntryCard entry={entry} now={now} /> : null
  }
  return (
    <>
      <input
        type="search"
        aria-label={t('history.search')}
        placeholder={t('history.search')}
        value={question}
        onInput={(event) => setQuestion(event.currentTarget.value)}
      />
      <p class="quiet" role="status">
        {t('history.found', { count: found.length })}
      </p>
      {unreadable > 0 && <p class="quiet">{t('history.unreadable', { count: unreadable })}</p>}
      {found.length > 0 && <ShareButton text={() => shareHistory(found)} />}
      {found.length === 0 ? (
        <Empty title={t('history.none')} hint={t('history.noneHint')} />
      ) : (
        <VirtualList key={question} class="stream" count={found.length} guess={ROW} row={row} />
      )}
    </>
  )
}

function EntryCard({ entry: { id, kind, at, title, detail }, now }: { entry: Entry; now: number }) {
  return (
    <a class="card card-link" href={`/${kind}/${id}`}>
      <span class="entry">
        <Icon name={kind === 'task' ? 'tasks' : 'waiting'} />
        <span class="card-subject">
          <Beginning text={title} lines />
        </span>
      </span>
      <span class="card-foot">
        <span>
          <Exact text={detail} />
        </span>
        <span>{relativeTime(at, now)}</span>
      </span>
    </a>
  )
}
