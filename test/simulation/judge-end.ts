import { listWitnesses } from '#client/witness.ts'
import { verifyAudit } from '#host-agent/audit/verify-audit.ts'
import type { HostContext } from '#host-agent/context.ts'
import { terminalStates } from '#protocol/records.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import { devicesOf, type TeamState } from '#trust/trust-log.ts'
import type { HostLives } from './host-lives.ts'
import type { Oracle } from './oracle.ts'
import type { Person } from './people.ts'
import type { RelayRows } from './relay-rows.ts'
import type { SimulatedTeam } from './team.ts'
import { type TeamChanges, takesRights } from './team-changes.ts'
import { mayLose, type Temper } from './temper.ts'

export type EndPorts = {
  crypto: CryptoPort
  temper: Temper
  changes: TeamChanges
  oracle: Oracle
  lives: HostLives
  people: readonly Person[]
  rows: RelayRows
  world: SimulatedTeam
  /** Tasks that the relay took in from who may ask for them. */
  submitted: readonly string[]
}

/** Nothing is left to happen when all that was asked is settled, and told. */
export function isOver({ lives, rows, submitted }: EndPorts): boolean {
  const memory = lives.host()?.context.memory
  if (!memory || submitted.some((id) => !terminalStates.has(memory.tasks.get(id)?.state ?? 'submitted'))) return false
  return [...memory.approvals.keys()].every((id) => rows.approvals.get(id)?.receipt)
}

/** What has to be true at the end of every run: nobody let the stranger in, nothing was lost, and the audit is whole for those who have seen it. */
export async function judgeEnd(ports: EndPorts): Promise<void> {
  const { crypto, temper, changes, oracle, lives, people, world } = ports
  const host = lives.host()
  if (!host) {
    oracle.note('lost', 'the host is down at the end')
    return
  }
  const hasStranger = (team: TeamState | null) =>
    team !== null && devicesOf(team).some(({ keys }) => keys.kid === world.stranger.keys.kid)
  const { team, memory } = host.context
  if ([team.state(), ...people.map(({ device }) => device.team())].some(hasStranger))
    oracle.note('forged', 'the stranger is in a trust log')
  const seen = (await Promise.all(people.map(({ store }) => listWitnesses(store)))).flat()
  for (const { broken } of seen) if (broken) oracle.note('broken', `a witness sees a rollback at ${broken.head.n}`)
  // A host that is frozen waits for a person.
  if (!temper.setClock && !mayLose(temper) && !changes.fork) judgeLost(ports, memory)
  const path = `${lives.folder()}/journal.jsonl`
  const report = await verifyAudit(crypto, {
    path,
    team: team.state(),
    origin: null,
    witnesses: seen.flatMap((witness) => witness.seen),
  })
  for (const { what, detail } of report.faults) oracle.note('broken', `audit: ${what}: ${detail}`)
}

function judgeLost({ oracle, temper, changes, rows, submitted }: EndPorts, memory: HostContext['memory']): void {
  for (const id of submitted) if (!memory.tasks.has(id)) oracle.note('lost', `task ${id}`)
  // A report, or one denial after another, pauses a session until somebody resumes it; nobody here does.
  const noes = (task: string | null, answers: readonly string[]) =>
    oracle.taps.filter(
      ({ approval, answer }) => answers.includes(answer) && memory.approvals.get(approval)?.taskId === task,
    ).length
  const isPaused = (task: string | null) => noes(task, ['report']) > 0 || noes(task, ['deny']) > 2
  for (const [id, { settled, taskId }] of memory.approvals) {
    const taps = oracle.taps.filter(({ approval }) => approval === id)
    const yes = new Set(taps.filter(({ answer }) => answer === 'approve').map(({ person }) => person))
    const enough = yes.size >= temper.persons || taps.some(({ answer }) => answer !== 'approve')
    // Of a key that was removed meanwhile, or may less, nothing is owed.
    if (enough && !temper.remove && !takesRights(changes) && !isPaused(taskId) && !settled)
      oracle.note('lost', `${id} was decided and is open at the host`)
    if (settled && !rows.approvals.get(id)?.receipt) oracle.note('lost', `the receipt of ${id} is not at the relay`)
  }
}
