import { createHash } from 'node:crypto'
import type { ApprovalCard } from '#client/read-approval.ts'
import type { HostContext } from '#host-agent/context.ts'
import type { Answer, Decision } from '#protocol/statements/decision.ts'
import type { Temper } from './temper.ts'

export type Violation = {
  what: 'forged' | 'widened' | 'replayed' | 'doubled' | 'lost' | 'late' | 'misled' | 'broken'
  detail: string
}

type Tap = {
  kid: string
  person: string
  approval: string
  task: string | null
  digest: string
  command: string
  answer: Answer
  /** What more was let run by it: of which task (null: of any), how often, until when by a clock that nobody sets. Absent: nothing. */
  stands?: { task: string | null; uses: number; until: number }
}

/**
 * What an all-seeing bystander holds against the run: people, the disk and the agent's real deeds, none of it by the relay's word. An operation may run only when enough people
 * have tapped on that very one, once for each approval, after the decision was spent on the disk, in time.
 */
export type Oracle = {
  /** A card as a person sees it. */
  shown(card: ApprovalCard, host: HostContext | null): void
  tapped(tap: Tap): void
  executed(deed: Deed): void
  note(what: Violation['what'], detail: string): void
  violations: Violation[]
  taps: Tap[]
  executions: Map<string, string>
}

export type Deed = {
  approvalId: string | null
  /** Without a question: the approval by whose rule it ran, as the journal says. Null: it says nothing, or there was a question. */
  by: string | null
  /** The task that it was done for. */
  taskId: string | null
  command: string
  host: HostContext
  /** Whether the disk holds the CONSUME of an approval, whatever befalls the machine now. */
  spent(approvalId: string): boolean
  /** Milliseconds since the approval was seen first. */
  age: number | null
  /** Milliseconds since the run began. */
  elapsed: number
  /** Until when each device may decide, by what the team's own devices have signed; epoch milliseconds. */
  leasedUntil(kid: string): number
}

export function createOracle(temper: Temper): Oracle {
  const violations: Violation[] = []
  const taps: Tap[] = []
  const executions = new Map<string, string>()
  const note = (what: Violation['what'], detail: string) => {
    if (!violations.some((known) => known.what === what && known.detail === detail)) violations.push({ what, detail })
  }

  /** What ran without a question, by what stood. */
  const unasked: string[] = []

  function executed(deed: Deed): void {
    const { approvalId, command, host, spent, age } = deed
    if (host.team.fork()) note('forged', `${command} ran on a host that is frozen`)
    if (approvalId === null) {
      executedByRule(deed)
      return
    }
    if (executions.has(approvalId)) note('doubled', `${command} by ${approvalId}`)
    executions.set(approvalId, command)
    const on = taps.filter(({ approval }) => approval === approvalId)
    const yes = on.filter(({ answer }) => answer === 'approve')
    if (yes.length === 0) {
      const elsewhere = taps.some((tap) => tap.answer === 'approve' && tap.command === command)
      note(elsewhere ? 'replayed' : 'forged', `${command} by ${approvalId}`)
      return
    }
    if (yes.some((tap) => tap.command !== command)) note('widened', `${command} was not what was shown`)
    if (new Set(yes.map(({ person }) => person)).size < temper.persons) note('widened', `${command} by too few persons`)
    const standing = yes.filter(({ kid }) => mayStill(deed, kid))
    if (new Set(standing.map(({ person }) => person)).size < temper.persons)
      note('forged', `${command} by a key that was removed, may less, or has no lease`)
    if (!isOnLog(host, approvalId)) note('forged', `${command} by a word of another log`)
    if (!spent(approvalId)) note('broken', `${command} ran before its decision was spent`)
    if (age !== null && age > 2 * temper.minutes * 60_000 + 1_000)
      note('late', `${command} ran ${age} ms after it was asked`)
  }

  /** Without a question: whoever made the very rule that the journal names has tapped that it may, for this task or any, so often, for so long, and still may themselves. */
  function executedByRule(deed: Deed): void {
    const { command, taskId, spent, elapsed } = deed
    if (deed.by === null) note('broken', `${command} ran without a question, and the journal does not say by what`)
    const by = taps.filter(
      ({ answer, stands, ...tap }) =>
        answer === 'approve' &&
        tap.approval === deed.by &&
        tap.command === command &&
        stands &&
        (stands.task === null || stands.task === taskId) &&
        (temper.setClock || elapsed <= stands.until + 1_000) &&
        spent(tap.approval) &&
        mayStill(deed, tap.kid),
    )
    unasked.push(command)
    if (by.length === 0) note('forged', `${command}: nobody was asked`)
    const most = taps.reduce((sum, tap) => sum + (tap.command === command ? (tap.stands?.uses ?? 0) : 0), 0)
    const times = unasked.filter((one) => one === command).length
    if (times > most) note('widened', `${command} ran ${times} times without a question, and ${most} were let`)
  }

  return {
    violations,
    taps,
    executions,
    note,
    executed,
    tapped: (tap) => void taps.push(tap),
    shown(card, host) {
      const asked = host?.memory.approvals.get(card.id)
      if (card.approval.id !== card.id) note('misled', `${card.id} shows another approval`)
      if (!asked) return
      if (asked.statement !== card.jws) note('misled', `${card.id} is not what the host asked`)
      const { receipt } = card
      if (receipt && ![asked.settled?.outcome, asked.result?.outcome].includes(receipt.outcome as never))
        note('misled', `${card.id} shows ${receipt.outcome}, the host says ${asked.settled?.outcome}`)
    },
  }
}

/** By the team as the host has it and by the leases that there really are; a second for what was under way. */
function mayStill({ host, leasedUntil }: Deed, kid: string): boolean {
  const key = host.team.state()?.keys.get(kid)
  if (!key?.rights || key.removedAt !== null) return false
  const { role, maxTier, hosts } = key.rights
  const hasRights = role !== 'viewer' && maxTier >= tierOfAll && (hosts === '*' || hosts.includes(host.hostId))
  return hasRights && host.clock.now() <= leasedUntil(kid) + 1_000
}

/** Every command of a run deletes something. */
const tierOfAll = 2

/** Of each device that was counted, a word names a head that lies on the host's own log. What the relay makes up is kept beside it until it is judged. */
function isOnLog({ memory, team }: HostContext, approvalId: string): boolean {
  const asked = memory.approvals.get(approvalId)
  const entries = team.state()?.entries ?? []
  const names = (decision: string): boolean => {
    const { trustHead } = JSON.parse(Buffer.from(decision.split('.')[1] ?? '', 'base64url').toString()) as Decision
    return hashOf(entries[trustHead.n] ?? '') === trustHead.hash
  }
  return (asked?.counted ?? []).every((kid) =>
    asked?.decisions.some(({ device, decision }) => device === kid && names(decision)),
  )
}

const hashOf = (entry: string): string =>
  createHash('sha256').update('countersign entry\0').update(entry).digest('base64url')
