import type { ApprovalCard } from '#client/read-approval.ts'
import type { HostContext } from '#host-agent/context.ts'
import type { Answer } from '#protocol/statements/decision.ts'
import type { Temper } from './temper.ts'

export type Violation = {
  what: 'forged' | 'widened' | 'replayed' | 'doubled' | 'lost' | 'late' | 'misled' | 'broken'
  detail: string
}

type Tap = { kid: string; person: string; approval: string; digest: string; command: string; answer: Answer }

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
  command: string
  host: HostContext
  /** Whether the disk holds the CONSUME of an approval, whatever befalls the machine now. */
  spent(approvalId: string): boolean
  /** Milliseconds since the approval was seen first. */
  age: number | null
}

export function createOracle(temper: Temper): Oracle {
  const violations: Violation[] = []
  const taps: Tap[] = []
  const executions = new Map<string, string>()
  const note = (what: Violation['what'], detail: string) => {
    if (!violations.some((known) => known.what === what && known.detail === detail)) violations.push({ what, detail })
  }

  function executed({ approvalId, command, host, spent, age }: Deed): void {
    if (approvalId === null) {
      note('forged', `${command}: nobody was asked`)
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
    const team = host.team.state()
    const standing = yes.filter(({ kid }) => team?.keys.get(kid)?.removedAt === null)
    if (new Set(standing.map(({ person }) => person)).size < temper.persons)
      note('forged', `${command} by a removed key`)
    if (!spent(approvalId)) note('broken', `${command} ran before its decision was spent`)
    if (age !== null && age > 2 * temper.minutes * 60_000 + 1_000)
      note('late', `${command} ran ${age} ms after it was asked`)
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
