import { useState } from 'preact/hooks'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { pictures } from '../model/pictures.ts'
import type { Asked, LogItem, Tool } from '../model/task-log.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { Beginning } from '../parts/beginning.tsx'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'
import { Notice } from '../parts/layout.tsx'
import { LoadingCode } from '../parts/loading-code.tsx'
import { OutcomePill } from '../parts/outcome-pill.tsx'
import { WaitsPill } from '../parts/pills.tsx'
import { useLazy } from '../parts/use-lazy.ts'
import { VirtualList } from '../parts/virtual-list.tsx'
import { Artifact } from './artifact.tsx'
import { Gallery } from './gallery.tsx'
import type { Names } from './names.ts'
import { kindIcon, subjectOf } from './operation-words.ts'
import { Said } from './who-decides.tsx'

/** A tool's folded line, which most entries of a long log are. Pixels. */
const ROW = 56

/** The stream of a task: what was said, done and asked, in order. */
export function Activity({ items, isLive, names }: { items: readonly LogItem[]; isLive: boolean; names: Names }) {
  /** The blob of the picture that is open. */
  const [open, setOpen] = useState<string | null>(null)
  const row = (index: number) => {
    const item = items[index]
    return item ? <Item item={item} names={names} onOpen={setOpen} /> : null
  }
  const shown =
    open === null
      ? []
      : items.flatMap((item) => (item.kind === 'artifact' && pictures.has(item.event.mime) ? [item.event] : []))
  return (
    <>
      <VirtualList class="stream" count={items.length} guess={ROW} row={row} follow={isLive} />
      {open !== null && (
        <Gallery
          pictures={shown}
          first={shown.findIndex(({ blob }) => blob.id === open)}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  )
}

function Item({ item, names, onOpen }: { item: LogItem; names: Names; onOpen(blob: string): void }) {
  switch (item.kind) {
    case 'message':
      return item.role === 'person' ? (
        <div class="said-person">
          <span class="hidden-words">{t('task.you')}: </span>
          <Exact text={item.text} lines />
        </div>
      ) : item.role === 'thought' ? (
        <details class="fold">
          <summary>{t('task.thought')}</summary>
          <LazyMarkdown text={item.text} />
        </details>
      ) : (
        <LazyMarkdown text={item.text} />
      )
    case 'tool':
      return <ToolItem tool={item.tool} />
    case 'approval':
      return <AskedItem asked={item.asked} names={names} />
    case 'refused':
      return (
        <Notice kind="warning">
          <strong>{t('task.refused')}.</strong> {sentenceOf(item.event.code)}
        </Notice>
      )
    case 'notice':
      return (
        <Notice>
          <Exact text={item.event.text} lines />
        </Notice>
      )
    case 'artifact':
      return <Artifact artifact={item.event} onOpen={() => onOpen(item.event.blob.id)} />
    case 'unread':
      return (
        <Notice kind="warning">
          {item.unread.is === 'newer'
            ? t('task.newer', { count: item.unread.count })
            : `${t('task.unreadable')} ${sentenceOf(item.unread.code)}`}
        </Notice>
      )
    case 'end':
      return (
        <Notice kind="warning">
          {item.event.code !== undefined && sentenceOf(item.event.code)}{' '}
          {item.event.detail !== undefined && <Exact text={item.event.detail} lines />}
        </Notice>
      )
  }
}

function LazyMarkdown({ text }: { text: string }) {
  // Without it the text stands as it is.
  const { it: markdown } = useLazy(() => import('./markdown.tsx'))
  if (markdown) return <markdown.Markdown text={text} />
  return (
    <div class="markdown">
      <p class="pre">
        <Exact text={text} lines />
      </p>
    </div>
  )
}

function ToolItem({ tool: { title, status, output, cut, paths, detail } }: { tool: Tool }) {
  const hasMore = output !== '' || detail !== undefined || (paths?.length ?? 0) > 0
  const head = (
    <>
      <span class={`tool-state tool-${status}`}>
        {status === 'completed' ? (
          <AnyIcon name="check" />
        ) : status === 'failed' || status === 'canceled' ? (
          <AnyIcon name="cross" />
        ) : null}
      </span>
      <span class="tool-title code">
        <Exact text={title} />
      </span>
      <span class="quiet tool-status">{t(`task.toolStatus.${status}`)}</span>
    </>
  )
  if (!hasMore) return <div class="tool tool-bare">{head}</div>
  return (
    <details class="tool">
      <summary>{head}</summary>
      <div class="tool-more">
        {paths?.map((path) => (
          <p key={path} class="code quiet">
            <Exact text={path} />
          </p>
        ))}
        {detail !== undefined && (
          <pre class="block">
            <Exact text={detail} lines />
          </pre>
        )}
        {cut > 0 && <p class="quiet">{t('task.cut', { count: cut })}</p>}
        {output !== '' && <LazyTerminal text={output} />}
      </div>
    </details>
  )
}

function LazyTerminal({ text }: { text: string }) {
  const { it: terminal, gone } = useLazy(() => import('./terminal.tsx'))
  return terminal ? <terminal.Terminal text={text} /> : <LoadingCode gone={gone} />
}

function AskedItem({ asked, names }: { asked: Asked; names: Names }) {
  const { approval, state, request, outcome, decisions = [] } = asked
  const operation = request?.operation
  const subject = operation ? subjectOf(operation) : null
  return (
    <a class="card card-link" href={`/approval/${approval}`}>
      <span class="card-head">
        <Icon name={operation ? kindIcon[operation.kind] : 'waiting'} />
        <strong>{operation ? t(`kind.${operation.kind}`) : t('task.asked')}</strong>
        {outcome ? (
          <OutcomePill outcome={outcome} />
        ) : state === 'pending' ? (
          <WaitsPill />
        ) : (
          <span class="quiet">{t(`task.approvalState.${state}`)}</span>
        )}
      </span>
      {subject && (
        <span class="card-subject code">
          <Beginning text={subject.text} />
        </span>
      )}
      <Said said={decisions} names={names} />
    </a>
  )
}
