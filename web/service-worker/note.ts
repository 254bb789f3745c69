import type { OwnDecision } from '#client/approval-record.ts'
import { visible } from '#client/display.ts'
import type { PushView } from '#client/open-push.ts'
import type { ApprovalCard } from '#client/read-approval.ts'
import type { Result } from '#protocol/errors.ts'
import type { Answer } from '#protocol/statements/decision.ts'
import type { TaskEnded } from '#protocol/statements/ended.ts'
import { gestureFor } from '#trust/gesture.ts'
import { shortTime } from '../texts/exact-times.ts'
import { sentenceOf } from '../texts/texts.ts'
import { t } from '../texts/worker-texts.ts'
import { describeApproval } from './describe-approval.ts'

/** What a tap on a notification needs to know; `whole` is what it had shown. */
export type NoteData = {
  approvalId: string | null
  whole: boolean
  /** It still asks: it has to be replaced when nobody can answer any more. */
  asks?: boolean
  /** Where in the app it leads; absent: the approval, or home. */
  place?: string
  /** It says that the task at `place` has ended. */
  endedTask?: boolean
  /** Where this browser keeps the team that it concerns; absent: the one that is shown. */
  team?: string
}
/** What the DOM's types leave out: actions and re-announcing belong to notifications of a worker. */
export type NoteOptions = NotificationOptions & {
  data: NoteData
  actions?: { action: string; title: string }[]
  renotify?: boolean
  timestamp?: number
}
export type Note = { title: string; options: NoteOptions }

export const look = { icon: '/icons/icon-192.png', badge: '/icons/badge-96.png' } as const

/**
 * The notification for a push: one for each approval, tagged by its id, so that what follows replaces it. Approve is offered only where one tap is enough: the operation may
 * be approved by this device, needs no more than a tap, is of tier 1, or of tier 2 and shown whole. Everything else opens the app. A reminder is the same anew, with how long is left.
 */
export function noteOfPush(opened: Result<PushView>): Note {
  if (!opened.ok) return generic(null)
  const view = opened.value
  if (view.kind === 'check') return noteOfCheck()
  if (view.kind === 'newcomer') return noteOfNewcomer(view)
  if (view.kind === 'ended') return noteOfEnded(view.ended)
  if (view.kind === 'notice') return view.code === 'approvals_many' ? noteOfMany() : generic(view.approvalId)
  if (view.kind === 'receipt') return noteOfReceipt(view.card)
  const { card, approve, leftMs } = view
  if (card.state !== 'open' || card.decision) return noteOfCard(card)
  const { title, body, whole } = describeApproval(card.approval)
  const oneTap =
    approve.ok &&
    // A question is answered, not approved.
    !card.approval.operation.form &&
    gestureFor(card.approval) === 'tap' &&
    (card.approval.tier <= 1 || (card.approval.tier === 2 && whole))
  return {
    title: leftMs === undefined ? title : t('push.left', { left: shortTime(wholeMinutes(leftMs)), title }),
    options: {
      ...look,
      body: oneTap ? body : `${body}\n${t('push.open')}`,
      tag: card.id,
      renotify: true,
      requireInteraction: true,
      // What is left is said of now.
      ...(leftMs === undefined ? { timestamp: card.approval.iat } : {}),
      data: { approvalId: card.id, whole, asks: true },
      actions: [
        ...(oneTap ? [{ action: 'approve', title: t('approval.approve') }] : []),
        { action: 'deny', title: t('approval.deny') },
      ],
    },
  }
}

/** Never more than there is. */
const wholeMinutes = (ms: number): number => Math.floor(ms / 60_000) * 60_000

/** What is known of an approval that is answered or over. */
export function noteOfCard(card: ApprovalCard): Note {
  if (card.receipt) return noteOfReceipt(card)
  if (card.decision) return noteOfDecision(card, card.decision)
  return quiet(card, t('push.lapsed'))
}

/** After the tap: what has become of it so far. */
export function noteOfDecision(card: ApprovalCard, { answer, state, code }: OwnDecision): Note {
  const words: Record<OwnDecision['state'], string> = {
    kept: t('push.kept', { answer: t(`answer.${answer}`) }),
    sent: t('push.sent', { answer: t(`answer.${answer}`) }),
    refused: code === undefined ? t('push.failed') : sentenceOf(code),
  }
  return quiet(card, words[state])
}

/** The device could not make a decision of the tap at all. */
export function noteOfRefusal(approvalId: string, sentence: string): Note {
  return {
    title: t('push.failed'),
    options: { ...look, body: sentence, tag: approvalId, data: { approvalId, whole: false } },
  }
}

function noteOfReceipt(card: ApprovalCard): Note {
  const { receipt } = card
  if (!receipt) return quiet(card, t('push.lapsed'))
  const code = receipt.exitCode
  return quiet(card, t(`outcome.${receipt.outcome}`) + (typeof code === 'number' ? `, ${t('exitCode', { code })}` : ''))
}

/** Replaces what was shown, without a sound. */
function quiet({ id, approval }: Pick<ApprovalCard, 'id' | 'approval'>, sentence: string): Note {
  const { title, body } = describeApproval(approval)
  return {
    title,
    options: {
      ...look,
      body: `${sentence}\n${body.split('\n')[0]}`,
      tag: id,
      renotify: false,
      silent: true,
      data: { approvalId: id, whole: false },
    },
  }
}

/** So many were asked for that they are not pushed one by one any more. */
const noteOfMany = (): Note => ({
  title: t('push.many'),
  options: {
    ...look,
    body: t('push.manyBody'),
    tag: 'digest',
    renotify: true,
    data: { approvalId: null, whole: false },
  },
})

/** What a device sent itself: one is enough, and it makes no sound. */
const noteOfCheck = (): Note => ({
  title: t('push.check'),
  options: {
    ...look,
    body: t('push.checkBody'),
    tag: 'check',
    silent: true,
    data: { approvalId: null, whole: false },
  },
})

/** Stays until somebody has looked: a device that nobody knows can approve from now on. */
const noteOfNewcomer = ({ device, label, person }: Extract<PushView, { kind: 'newcomer' }>): Note => ({
  title: t('push.newcomer'),
  options: {
    ...look,
    body: [
      [person, label]
        .filter(Boolean)
        .map((text) => visible(text))
        .join(' · '),
      t('push.newcomerBody'),
    ]
      .filter(Boolean)
      .join('\n'),
    tag: `newcomer-${device}`,
    requireInteraction: true,
    data: { approvalId: null, whole: false, place: '/people' },
  },
})

/** The task's own words are those of the person who asked for it; one for each task, and the tap opens it. */
const noteOfEnded = ({ task, state, title, project, iat }: TaskEnded): Note => ({
  title: t(`push.ended.${state}`, { project: visible(project) }),
  options: {
    ...look,
    body: visible(title),
    tag: task,
    timestamp: iat,
    data: { approvalId: null, whole: false, place: `/task/${task}`, endedTask: true },
  },
})

/** A push came for keys that this browser has cleared. Stays until somebody has looked. */
export const noteOfCleared = (): Note => ({
  title: t('push.cleared'),
  options: {
    ...look,
    body: t('push.clearedBody'),
    tag: 'cleared',
    requireInteraction: true,
    data: { approvalId: null, whole: false, place: '/pair' },
  },
})

/** Shown when a push can't be opened or verified: that something came, and nothing of what it says. */
function generic(approvalId: string | null): Note {
  return {
    title: t('push.generic'),
    options: {
      ...look,
      body: t('push.genericBody'),
      tag: approvalId ?? 'generic',
      renotify: true,
      data: { approvalId, whole: false },
    },
  }
}

export const isAnswer = (action: string): action is Extract<Answer, 'approve' | 'deny'> =>
  action === 'approve' || action === 'deny'
