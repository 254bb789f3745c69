import type { ApprovalRecord } from '#client/approval-record.ts'
import { listRecords } from '#client/approval-record.ts'
import type { Store } from '#client/store.ts'
import type { TaskRecord } from '#client/task-record.ts'
import { listTaskRecords } from '#client/task-record.ts'
import type { OperationKind } from '#protocol/statements/operation.ts'
import type { CountedDecision, Outcome } from '#protocol/statements/receipt.ts'
import { t } from '../../texts/all-texts.ts'
import type { Names } from '../views/names.ts'
import { subjectOf } from '../views/operation-words.ts'

/** By what a history can be narrowed: where, what, who decided (a person or one of their devices), and what came of it. */
export const facets = ['host', 'kind', 'by', 'outcome'] as const
export type Facet = (typeof facets)[number]
/** One value of each that is chosen; absent: any. */
export type Narrowing = Partial<Record<Facet, string>>

/** Who answered what, as the host counted it; before the host has spoken, this device's own answer. */
export type Said = Pick<CountedDecision, 'device' | 'answer' | 'reason' | 'code'>

/** One thing that was, as it is listed and found again. `text` is all that is looked through, `is` all that it can be narrowed by. */
export type Entry = {
  id: string
  kind: 'task' | OperationKind
  at: number
  title: string
  detail: string
  outcome: Outcome | null
  said: readonly Said[]
  /** Whose answer counted. */
  deciders: readonly { device: string; person: string | null }[]
  text: string
  is: Readonly<Record<Facet, readonly string[]>>
}

/** What things are called, and who this device is. */
export type Readers = {
  hostName(hostId: string): string
  names: Names
  self: { device: string; person: string | null }
}

/** `unreadable`: how many more are kept that another version has written, or that are damaged. */
export type History = { entries: Entry[]; unreadable: number }

/** All that this device has read or asked for, newest first. The index is made here and stays here: the relay can read none of it. */
export async function readHistory(store: Store, readers: Readers): Promise<History> {
  const [tasks, approvals] = await Promise.all([listTaskRecords(store), listRecords(store)])
  const entries: Entry[] = tasks.records.map((record) => entryOfTask(record, readers))
  let unreadable = tasks.unreadable + approvals.unreadable
  for (const record of approvals.records) {
    try {
      entries.push(entryOfApproval(record, readers))
    } catch {
      unreadable += 1
    }
  }
  return { entries: entries.sort((a, b) => b.at - a.at), unreadable }
}

function entryOfTask({ id, hostId, text, createdAt }: TaskRecord, { hostName }: Readers): Entry {
  const detail = hostName(hostId)
  return {
    id,
    kind: 'task',
    at: createdAt,
    title: text,
    detail,
    outcome: null,
    said: [],
    deciders: [],
    text: folded(`${text} ${detail}`),
    is: { host: [hostId], kind: ['task'], by: [], outcome: [] },
  }
}

function entryOfApproval(record: ApprovalRecord, { hostName, names, self }: Readers): Entry {
  const { approval, receipt, decision } = record
  const { operation, project } = approval
  const own = decision && decision.state !== 'refused' ? [{ ...self, answer: decision.answer }] : []
  const said = receipt?.decisions ?? own
  const deciders = receipt ? receipt.decisions.filter(({ code }) => code === undefined) : own
  const title = `${t(`kind.${operation.kind}`)}: ${subjectOf(operation).text}`
  const detail = [project, hostName(approval.host)].filter(Boolean).join(' · ')
  const more = [
    receipt ? t(`outcomeShort.${receipt.outcome}`) : '',
    ...said.flatMap(({ device, answer }) => [names.ofDevice(device), t(`answer.${answer}`)]),
    ...operation.files.map(({ path }) => path),
    ...operation.hosts,
    ...(receipt?.decisions.map(({ reason }) => reason ?? '') ?? []),
  ]
  return {
    id: record.id,
    kind: operation.kind,
    at: approval.iat,
    title,
    detail,
    outcome: receipt?.outcome ?? null,
    said,
    deciders,
    text: folded([title, detail, ...more].join(' ')),
    is: {
      host: [approval.host],
      kind: [operation.kind],
      by: deciders.flatMap(({ device, person }) => [device, ...(person === null ? [] : [person])]),
      outcome: receipt ? [receipt.outcome] : [],
    },
  }
}

/** Every word of the question has to be in it, in any order, and what is chosen has to be so. */
export function findEntries(entries: readonly Entry[], question: string, narrowing: Narrowing = {}): readonly Entry[] {
  const words = folded(question).split(/\s+/).filter(Boolean)
  return entries.filter(
    ({ text, is }) =>
      words.every((word) => text.includes(word)) &&
      facets.every((facet) => narrowing[facet] === undefined || is[facet].includes(narrowing[facet])),
  )
}

/** What there is to choose, each once, the latest first. A device is offered only beside another one of its person. */
export function choicesOf(entries: readonly Entry[], facet: Facet): readonly string[] {
  const all = [...new Set(entries.flatMap(({ is }) => is[facet]))]
  if (facet !== 'by') return all
  const devicesOf = new Map<string, Set<string>>()
  for (const { device, person } of entries.flatMap(({ deciders }) => deciders))
    if (person !== null) devicesOf.set(person, (devicesOf.get(person) ?? new Set()).add(device))
  const alone = new Set([...devicesOf.values()].flatMap((devices) => (devices.size > 1 ? [] : [...devices])))
  return all.filter((id) => !alone.has(id)).sort((a, b) => Number(isPerson(b)) - Number(isPerson(a)))
}

/** Else it is a device. */
export const isPerson = (id: string): boolean => id.startsWith('per_')

/** Without case and accents, as people search. */
const folded = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
