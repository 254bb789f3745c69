import { useMemo, useState } from 'preact/hooks'
import type { TaskState } from '#protocol/records.ts'
import { t } from '../../texts/all-texts.ts'
import { dateTime } from '../../texts/exact-times.ts'
import { relativeTime } from '../../texts/times.ts'
import type { Entry, History, Narrowing } from '../model/history.ts'
import { findEntries } from '../model/history.ts'
import { shareHistory } from '../model/share-text.ts'
import { Beginning } from '../parts/beginning.tsx'
import { CardLink } from '../parts/card-link.tsx'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty } from '../parts/layout.tsx'
import { OutcomePill } from '../parts/outcome-pill.tsx'
import { TaskPill } from '../parts/pills.tsx'
import { VirtualList } from '../parts/virtual-list.tsx'
import { HistoryFilters } from './history-filters.tsx'
import type { Names } from './names.ts'
import { kindIcon } from './operation-words.ts'
import { ShareButton } from './share-button.tsx'
import { SaidWords } from './who-decides.tsx'

/** An entry of three lines. Pixels. */
const ROW = 112
/** Until then one says how long ago it was. Milliseconds. */
const RECENT_MS = 86_400_000

type Props = History & {
  /** As the relay says; tasks that it has forgotten are not in it. */
  taskStates: ReadonlyMap<string, TaskState>
  hostName(hostId: string): string
  names: Names
  now: number
}

export function HistoryView({ entries, unreadable, taskStates, hostName, names, now }: Props) {
  const [question, setQuestion] = useState('')
  const [narrowing, setNarrowing] = useState<Narrowing>({})
  const found = useMemo(() => findEntries(entries, question, narrowing), [entries, question, narrowing])
  const row = (index: number) => {
    const entry = found[index]
    return entry ? <EntryCard entry={entry} state={taskStates.get(entry.id)} names={names} now={now} /> : null
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
      <HistoryFilters
        entries={entries}
        narrowing={narrowing}
        hostName={hostName}
        names={names}
        onChange={setNarrowing}
      />
      <div class="history-head">
        <p class="quiet" role="status">
          {t('history.found', { count: found.length })}
        </p>
        {found.length > 0 && <ShareButton text={() => shareHistory(found)} />}
      </div>
      {unreadable > 0 && <p class="quiet">{t('history.unreadable', { count: unreadable })}</p>}
      {found.length === 0 ? (
        <Empty title={t('history.none')} hint={t('history.noneHint')} />
      ) : (
        <VirtualList
          key={`${question} ${JSON.stringify(narrowing)}`}
          class="stream"
          count={found.length}
          guess={ROW}
          row={row}
        />
      )}
    </>
  )
}

type EntryProps = { entry: Entry; state: TaskState | undefined; names: Names; now: number }

function EntryCard({ entry, state, names, now }: EntryProps) {
  const { id, kind, at, title, detail, outcome, said } = entry
  return (
    <CardLink href={`/${kind === 'task' ? 'task' : 'approval'}/${id}`}>
      <span class="entry">
        <Icon name={kind === 'task' ? 'tasks' : kindIcon[kind]} />
        <span class="card-subject">
          <Beginning text={title} lines />
        </span>
      </span>
      {said.map((each, index) => (
        <span key={index} class="list-detail card-subject">
          <SaidWords said={each} names={names} />
        </span>
      ))}
      <span class="card-foot">
        {outcome !== null && <OutcomePill outcome={outcome} />}
        {state !== undefined && <TaskPill state={state} />}
        <span class="entry-where">
          <Exact text={detail} />
        </span>
        <span>{now - at < RECENT_MS ? relativeTime(at, now) : dateTime(at)}</span>
      </span>
    </CardLink>
  )
}
