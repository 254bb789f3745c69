import { Envelope, PushParts } from '#protocol/envelope.ts'
import { limits } from '#protocol/limits.ts'
import { ApprovalState, SealedDecision } from '#protocol/records.ts'
import { decisionsPerDevice } from '../../domain/approval.ts'
import type { ApprovalRow, Approvals, OpenApproval } from '../../ports/approvals.ts'
import { openItem, openRow, retryOf } from './approval-rows.ts'
import type { Database } from './database.ts'
import { all, count, get, page, transact, update } from './database.ts'
import { inboxItem } from './inbox.ts'
import { item, number, numberOrNull, parsed, parsedOrNull, text, textOrNull } from './item.ts'
import { approvalPk, dueShard, hostPk, key, teamPk, ttlOf } from './keys.ts'
import { recent } from './recent.ts'

const absent = 'attribute_not_exists(pk)'
/** A body is kept as long as the approval may be open, and for the retention after that. */
const keptFrom = (time: number) => ttlOf(time + limits.retentionMs)

export function dynamoApprovals(db: Database): Approvals {
  const openAt = (teamId: string, id: string) => ({ pk: teamPk(teamId), sk: `OPEN#${id}` })
  /** Approvals that were asked through this instance, and never change in what is kept here: saves a decision the look at whose they are. */
  const asked = recent<OpenApproval>(1_000)
  /** At most how many approvals of a team are open. */
  const bounds = recent<number>(1_000)

  /** The moment that counts for a decision: open, in time, and not one too many of its device. A repeat changes nothing. */
  const takeIn = (teamId: string, id: string, { id: decisionId, device, at }: SealedDecision) => ({
    ...openAt(teamId, id),
    update: 'ADD #decided :ids',
    condition:
      'expiresAt > :now AND (attribute_not_exists(#decided) OR size(#decided) < :most OR contains(#decided, :id))',
    names: { '#decided': `decided.${device}` },
    values: { ':ids': [decisionId], ':id': decisionId, ':now': at, ':most': decisionsPerDevice },
  })

  return {
    async get(teamId, id) {
      const rows = await all(db, { pk: approvalPk(teamId, id) })
      const body = rows.find((row) => text(row, 'sk') === 'BODY')
      if (!body) return null
      const head = rows.find((row) => text(row, 'sk') === 'HEAD')
      const decisions = rows
        .filter((row) => text(row, 'sk').startsWith('DECISION#'))
        .map((row) => parsed(row, 'decision', SealedDecision))
        .sort((a, b) => a.at - b.at)
      const state = head ? ApprovalState.parse(text(head, 'state')) : null
      return {
        id,
        hostId: text(body, 'hostId'),
        taskId: textOrNull(body, 'taskId'),
        createdAt: number(body, 'createdAt'),
        expiresAt: number(body, 'expiresAt'),
        sealed: parsed(body, 'sealed', Envelope),
        push: parsedOrNull(body, 'push', PushParts),
        contentHash: text(body, 'contentHash'),
        decisions,
        settledState: state === 'open' ? null : state,
        receipt: head ? parsedOrNull(head, 'receipt', Envelope) : null,
        receiptHash: head ? textOrNull(head, 'receiptHash') : null,
      } satisfies ApprovalRow
    },

    async openOne(teamId, id) {
      const row = await get(db, teamPk(teamId), `OPEN#${id}`)
      return row && openRow(row)
    },

    async hasRoom(teamId) {
      // What this instance has seen opened since it counted: at most so many are open, unless others opened some too.
      const before = bounds.get(teamId)
      const open =
        before !== undefined && before + 1 < limits.openApprovals
          ? before + 1
          : await count(db, { pk: teamPk(teamId), prefix: 'OPEN#', limit: limits.openApprovals })
      bounds.set(teamId, open)
      return open < limits.openApprovals
    },

    async openIds(teamId, after, limit) {
      const { items, more } = await page(db, {
        pk: teamPk(teamId),
        prefix: 'OPEN#',
        after: after && `OPEN#${after}`,
        limit,
      })
      return { ids: items.map((row) => text(row, 'sk').slice('OPEN#'.length)), more }
    },

    async request(teamId, approval) {
      const { id, hostId, taskId, createdAt, expiresAt, contentHash } = approval
      const failed = await transact(db, [
        {
          put: item({
            pk: approvalPk(teamId, id),
            sk: 'BODY',
            ...{ hostId, taskId, createdAt, expiresAt, contentHash },
            sealed: { json: approval.sealed },
            push: approval.push && { json: approval.push },
            ttl: keptFrom(expiresAt),
          }),
          condition: absent,
        },
        { put: openItem(teamId, approval), condition: absent },
      ])
      if (failed !== null) return 'exists'
      const { connectionId, later } = approval
      asked.set(`${teamId} ${id}`, { id, hostId, connectionId, expiresAt, retry: null, later })
      return 'done'
    },

    async decide(teamId, id, decision, inbox) {
      const take = takeIn(teamId, id, decision)
      const keep = (hostId: string) => [
        {
          put: item({
            pk: approvalPk(teamId, id),
            sk: `DECISION#${decision.device}#${decision.id}`,
            decision: { json: decision },
            ttl: keptFrom(decision.at + limits.approvalMs),
          }),
          condition: absent,
        },
        { put: inboxItem(teamId, hostId, inbox, decision.at) },
      ]
      const known = asked.get(`${teamId} ${id}`)
      if (known) {
        const all = [
          {
            change: {
              ...take,
              condition: `hostId = :host AND ${take.condition}`,
              values: { ...take.values, ':host': known.hostId },
            },
          },
          ...keep(known.hostId),
        ]
        return (await transact(db, all)) === null ? known : null
      }
      // Asked through another instance: the item says of which host it is. A crash in between is mended by the device, which had no answer.
      const row = await update(db, take)
      if (!row) return null
      const open = openRow(row)
      return (await transact(db, keep(open.hostId))) === null ? open : null
    },

    async settle(teamId, { id, hostId, receipt, receiptHash, acknowledge }, now) {
      const head = item({
        pk: approvalPk(teamId, id),
        sk: 'HEAD',
        state: 'settled',
        receipt: { json: receipt },
        receiptHash,
        settledAt: now,
        ttl: keptFrom(now),
      })
      const acknowledged = [...new Set(acknowledge)].map((inboxId) => ({
        remove: key(hostPk(teamId, hostId), `IN#${inboxId}`),
      }))
      const host = { names: { '#state': 'state' } }
      const failed = await transact(db, [
        { remove: key(teamPk(teamId), `OPEN#${id}`), condition: 'hostId = :host', values: { ':host': hostId } },
        { put: head, condition: absent },
        ...acknowledged,
      ])
      if (failed === null) return 'done'
      // Expired by the clock before, while a decision made in time was on its way: the host's word completes it.
      const late = await transact(db, [
        { check: key(approvalPk(teamId, id), 'BODY'), condition: 'hostId = :host', values: { ':host': hostId } },
        { put: head, condition: '#state = :expired', ...host, values: { ':expired': 'expired' } },
        ...acknowledged,
      ])
      return late === null ? 'done' : 'refused'
    },

    async expire(teamId, id, now) {
      const failed = await transact(db, [
        { remove: key(teamPk(teamId), `OPEN#${id}`), condition: 'expiresAt <= :now', values: { ':now': now } },
        {
          put: item({ pk: approvalPk(teamId, id), sk: 'HEAD', state: 'expired', settledAt: now, ttl: keptFrom(now) }),
          condition: absent,
        },
      ])
      return failed === null
    },

    async planRetry(teamId, id, stage, plan) {
      const at = stage === 'open' ? openAt(teamId, id) : { pk: approvalPk(teamId, id), sk: 'HEAD' }
      if (stage === 'open') {
        // Its own end is due as well: whichever is earlier.
        await update(db, {
          ...at,
          update: plan
            ? `SET dueAt = :dueAt, retryTries = :tries, later = :later${plan.retry.kids.length > 0 ? ', retryKids = :kids' : ' REMOVE retryKids'}`
            : 'SET dueAt = expiresAt REMOVE retryTries, retryKids, later',
          condition: 'attribute_exists(pk)',
          ...(plan
            ? {
                values: {
                  ':dueAt': plan.dueAt,
                  ':tries': plan.retry.tries,
                  ':later': { json: plan.later },
                  ...(plan.retry.kids.length > 0 ? { ':kids': plan.retry.kids } : {}),
                },
              }
            : {}),
        })
        return
      }
      await update(db, {
        ...at,
        update: plan
          ? 'SET dueAt = :dueAt, dueShard = :shard, retryTries = :tries, retryKids = :kids, push = :push'
          : 'REMOVE dueAt, dueShard, retryTries, retryKids, push',
        condition: 'attribute_exists(pk)',
        ...(plan
          ? {
              values: {
                ':dueAt': plan.dueAt,
                ':shard': dueShard(id),
                ':tries': plan.retry.tries,
                ':kids': plan.retry.kids,
                ':push': { json: plan.push },
              },
            }
          : {}),
      })
    },

    async receiptPush(teamId, id) {
      const head = await get(db, approvalPk(teamId, id), 'HEAD')
      const push = head && parsedOrNull(head, 'push', PushParts)
      const retry = head && retryOf(head)
      return push && retry && { push, retry, dueAt: numberOrNull(head, 'dueAt') ?? 0 }
    },
  }
}
