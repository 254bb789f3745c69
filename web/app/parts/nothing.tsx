import type { ComponentChildren } from 'preact'
import { t } from '../../texts/texts.ts'
import { relativeTime } from '../../texts/times.ts'
import type { Known } from '../model/standing.ts'
import { Empty } from './layout.tsx'

type Props = {
  known: Known
  now: number
  /** What an empty list says when the relay has said that it is empty. */
  title: string
  hint?: string
  /** The same of an earlier time. */
  then(when: string): string
  children?: ComponentChildren
}

/** An empty list: nothing is there, nothing was there at that time, or nobody knows yet. */
export function Nothing({ known, now, title, hint, then, children }: Props) {
  if (known.is === 'loading')
    return (
      <p class="quiet" role="status">
        {t('loading')}
      </p>
    )
  if (known.is === 'never') return <Empty title={t('neverKnown')} />
  return (
    <Empty
      title={known.is === 'as-of' ? then(relativeTime(known.at, now)) : title}
      {...(hint === undefined ? {} : { hint })}
    >
      {children}
    </Empty>
  )
}
