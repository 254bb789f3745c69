import type { ApprovalRecord } from '#client/approval-record.ts'
import { listRecords } from '#client/approval-record.ts'
import type { Store } from '#client/store.ts'
import type { TaskRecord } from '#client/task-record.ts'
import { listTaskRecords } from '#client/task-record.ts'
import { t } from '../../texts/all-texts.ts'
import { subjectOf } from '../views/operation-words.ts'

/** One thing that was, as it is listed and found again. `text` is all that is looked through. */
export type Entry = { id: string; kind: 'task' | 'approval'; at: number; title: string; detail: string; text: string }

/** `unreadable`: how many more are kept that another version has written, or that are damaged. */
export type History = { entries: Entry[]; unreadable: number }

/** All that this device has read or asked for, newest first. The index is made here and stays here: the relay can read none of it. */
export async function readHistory(store: Store, hostName: (hostId: string) => string): Promise<History> {
  const [tasks, approvals] = await Promise.all([listTaskRecords(store), listRecords(store)])
  const entries: Entry[] = tasks.records.map((record) => entryOfTask(record, hostName))
  let unreadable = tasks.unreadable + approvals.unreadable
  for (const record of approvals.records) {
    try {
      entries.push(entryOfApproval(record, hostName))
    } catch {
      unreadable += 1
    }
  }
  return { entries: entries.sort((a, b) => b.at - a.at), unreadable }
}

function entryOfTask({ id, hostId, text, createdAt }: TaskRecord, hostName: (hostId: string) => string): Entry {
  const detail = hostName(hostId)
  return { id, kind: 'task', at: createdAt, title: text, detail, text: folded(`${text} ${detail}`) }
}

function entryOfApproval(record: ApprovalRecord, hostName: (hostId: string) => string): Entry {
  const { approval, receipt, decision } = record
  const { operation, project } = approval
  const fate = receipt ? t(`outcomeShort.${receipt.outcome}`) : decision ? t(`answer.${decision.answer}`) : ''
  const title = `${t(`kind.${operation.kind}`)}: ${subjectOf(operation).text}`
  const detail = [fate, project, hostName(approval.host)].filter(Boolean).join(' · ')
  const more = [
    ...operation.files.map(({ path }) => path),
    ...operation.hosts,
    ...(receipt?.decisions.map(({ reason }) => reason ?? '') ?? []),
  ]
  return {
    id: record.id,
    kind: 'approval',
    at: approval.iat,
    title,
    detail,
    text: folded([title, detail, ...more].join(' ')),
  }
}

/** Every word of the question has to be in it, in any order. */
export function findEntries(entries: readonly Entry[], question: string): readonly Entry[] {
  const words = folded(question).split(/\s+/).filter(Boolean)
  return words.length === 0 ? entries : entries.filter(({ text }) => words.every((word) => text.includes(word)))
}

/** Without case and accents, as people search. */
const folded = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
