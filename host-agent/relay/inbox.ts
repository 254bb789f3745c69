import type * as z from 'zod/mini'
import type { Connection } from '#link/connection.ts'
import type { Envelope } from '#protocol/envelope.ts'
import { type ErrorCode, ok, type Result, refused } from '#protocol/errors.ts'
import type { InboxItem } from '#protocol/records.ts'
import { Input, TaskRequest } from '#protocol/statements/task.ts'
import { type Typ, typ } from '#protocol/statements/typ.ts'
import { openEnvelope } from '#trust/envelope.ts'
import { headerOf, verifyStatement } from '#trust/jws.ts'
import { leaseUntil } from '#trust/lease.ts'
import type { Gate } from '../approvals/gate.ts'
import type { HostContext } from '../context.ts'
import type { Tasks } from '../tasks/tasks.ts'

export type Inbox = { take(items: readonly InboxItem[], more: boolean): Promise<void> }

type Ports = { gate: Gate; tasks: Tasks; request: Connection['request']; ping(): void }

/**
 * Acts on what devices and the relay put into the host's inbox, in its order, and acknowledges an item once what it says is on the disk. What
 * does not verify is logged by its code, acknowledged and forgotten: sending it again would not make it true.
 */
export function createInbox(context: HostContext, { gate, tasks, request, ping }: Ports): Inbox {
  let working: Promise<void> = Promise.resolve()
  /** Told again while it is worked on, or already done: not done twice. */
  const seen = new Set<string>()
  /** Counts what came in. A look at the trust log covers all that was here when it began: a relay that makes up thousands of items can't keep the host busy with looks. */
  let arrived = 0
  let covered = 0

  async function syncTeam(arrival: number): Promise<Result<unknown>> {
    if (arrival <= covered) return ok(undefined)
    const from = arrived
    const synced = await context.team.sync(context.relay)
    if (synced.ok) covered = from
    return synced
  }

  /** A device that joined a moment ago may be ahead of what this host knows. */
  async function know(kid: string, arrival: number): Promise<void> {
    if (!context.team.state()?.keys.has(kid)) await syncTeam(arrival)
  }

  async function act(item: InboxItem, arrival: number): Promise<void> {
    const done = await dispatch(item, arrival)
    if (!done.ok) context.log('inbox.refused', { kind: item.kind, code: done.code })
  }

  async function dispatch(item: InboxItem, arrival: number): Promise<Result<unknown>> {
    switch (item.kind) {
      case 'trust':
        return syncTeam(arrival)
      case 'task': {
        const opened = await openFor(item.sealed, arrival, typ.task, TaskRequest)
        if (!opened.ok) return opened
        const { value, kid, statement } = opened.value
        if (value.id !== item.taskId) return refused('statement_invalid', 'id')
        await tasks.accept(kid, value, statement)
        return ok(undefined)
      }
      case 'input': {
        const opened = await openFor(item.sealed, arrival, typ.input, Input)
        if (!opened.ok) return opened
        const { value } = opened.value
        if (value.id !== item.inputId || value.task !== item.taskId) return refused('statement_invalid', 'id')
        if (value.kind === 'ping') ping()
        await tasks.input(opened.value.kid, value)
        return ok(undefined)
      }
      case 'decision': {
        const opened = await openEnvelope(context.crypto, context.keys, item.decision.sealed)
        if (!opened.ok) return opened
        const signer = headerOf(opened.value)
        if (!signer.ok) return signer
        // Who decided is who signed. The relay names a device as well: another one than that is a lie, and nothing is written down under it.
        if (signer.value.kid !== item.decision.device) return refused('statement_invalid', 'device')
        await know(signer.value.kid, arrival)
        await gate.decide(item.approvalId, opened.value, item.id)
        return ok(undefined)
      }
    }
  }

  /** Opens a sealed statement of a device of the team that may ask for work here. */
  async function openFor<T extends { aud: string; team: string }>(
    sealed: Envelope,
    arrival: number,
    kind: Typ,
    schema: z.ZodMiniType<T>,
  ): Promise<Result<{ value: T; kid: string; statement: string }>> {
    const { crypto, keys, hostId, team } = context
    const opened = await openEnvelope(crypto, keys, sealed)
    if (!opened.ok) return opened
    const header = headerOf(opened.value)
    if (!header.ok) return header
    const { kid } = header.value
    await know(kid, arrival)
    const state = team.state()
    const key = state?.keys.get(kid)
    const code = mayAsk(key, hostId)
    if (code || !key || !state) return refused(code ?? 'key_unknown')
    // A removal that the relay withholds ends here as well: who may not decide any more starts no work either.
    const held = await context.leases.for(state, kid)
    if (context.clock.now() > leaseUntil(state, held, kid)) return refused('decision_lease_expired')
    const verified = await verifyStatement(crypto, { jws: opened.value, typ: kind, schema, key: key.keys.sign, kid })
    if (!verified.ok) return verified
    const { aud, team: named } = verified.value
    if (aud !== hostId || named !== state.teamId) return refused('statement_invalid', 'audience')
    return ok({ value: verified.value, kid, statement: opened.value })
  }

  async function acknowledge(ids: string[]): Promise<void> {
    for (let at = 0; at < ids.length; at += 25) {
      const answer = await request({ type: 'inbox.ack', items: ids.slice(at, at + 25) })
      // Not told: the items come again, and are then known.
      if (!answer.ok) context.log('ack.refused', { code: answer.code })
    }
  }

  async function work(items: readonly InboxItem[], more: boolean, first: number): Promise<void> {
    for (let page = { items, more, arrival: first }; ; ) {
      const acks: string[] = []
      for (const item of page.items) {
        if (!seen.has(item.id)) {
          await act(item, page.arrival)
          seen.add(item.id)
          if (seen.size > 5_000) seen.delete(seen.values().next().value as string)
        }
        // The receipt acknowledges what it answers.
        const settledBy = item.kind === 'decision' ? context.memory.approvals.get(item.approvalId)?.settled : undefined
        if (!settledBy?.body.includes(item.id)) acks.push(item.id)
      }
      await acknowledge(acks)
      if (!page.more) return
      const next = await context.relay.call('inbox.read', { query: {} })
      if (!next.ok) return context.log('inbox.unread', { code: next.code })
      arrived += 1
      page = { ...next.value, arrival: arrived }
    }
  }

  return {
    take(items, more) {
      arrived += 1
      const arrival = arrived
      working = working
        .then(() => work(items, more, arrival))
        .catch((error: Error) => context.log('inbox.failed', { reason: error.message }))
      return working
    },
  }
}

function mayAsk(
  key: { kind: string; rights: { role: string; hosts: '*' | string[] } | null; removedAt: number | null } | undefined,
  hostId: string,
): ErrorCode | null {
  if (key?.kind !== 'device' || !key.rights) return 'key_unknown'
  if (key.removedAt !== null) return 'decision_key_removed'
  const { role, hosts } = key.rights
  return role === 'viewer' || (hosts !== '*' && !hosts.includes(hostId)) ? 'role_refused' : null
}
