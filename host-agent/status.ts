import type { HostStatus } from '#protocol/statements/status.ts'
import { typ } from '#protocol/statements/typ.ts'
import { sealTo } from '#trust/envelope.ts'
import { signStatement } from '#trust/jws.ts'
import { devicesOf } from '#trust/trust-log.ts'
import { pausedSessions } from './approvals/paused-sessions.ts'
import type { HostContext } from './context.ts'
import { liveRules } from './policy/standing-rules.ts'
import { createRedactor } from './secrets/redact.ts'
import { listWorktrees } from './worktree/list-worktrees.ts'

export type StatusFacts = Pick<
  HostStatus,
  | 'name'
  | 'version'
  | 'projects'
  | 'agents'
  | 'defaultAgent'
  | 'routes'
  | 'sandbox'
  | 'usage'
  | 'diskFull'
  | 'listings'
  | 'terminals'
>

/** Tells the team's devices, and nobody else, what this host is and can. Says false when the relay could not be told. */
export async function publishStatus(context: HostContext, facts: StatusFacts): Promise<boolean> {
  const { team, crypto, keys, clock, hostId, policy, relay, log, memory } = context
  const state = team.state()
  if (!state) return false
  const devices = devicesOf(state)
  const names = team.names()
  const { listings = [], terminals = [], ...others } = facts
  const now = clock.now()
  const audit = memory.head()
  const status: HostStatus = {
    v: 1,
    aud: state.teamId,
    host: hostId,
    ...others,
    ...(listings.length > 0 ? { listings } : {}),
    ...(terminals.length > 0 ? { terminals } : {}),
    policyHash: policy.policyHash,
    ...(context.fileProblem ? { fileProblem: context.fileProblem.detail.slice(0, 400) } : {}),
    trustHead: state.head,
    roster: devices.map((device) => ({
      kid: device.keys.kid,
      label: names[device.keys.kid]?.label ?? '',
      person: device.rights?.person ?? null,
      personName: names[device.keys.kid]?.person ?? '',
    })),
    ...(memory.isLocked() ? { locked: true } : {}),
    ...(team.fork() ? { frozen: true } : {}),
    ...(audit === null ? {} : { audit }),
    rules: liveRules(memory, now)
      .slice(0, 20)
      .map(({ id, taskId, device, from, used, argv, uses, expiresAt }) => ({
        id,
        task: taskId,
        person: state.keys.get(device)?.rights?.person ?? null,
        cwd: from.cwd.path,
        used,
        rule: { argv, uses, expiresAt },
      })),
    ...pausedSessions(memory),
    ...listWorktrees(memory, createRedactor('', context.knownSecrets)),
    at: now,
  }
  const statement = await signStatement(crypto, keys, typ.status, status)
  const sealed = await sealTo(crypto, {
    id: `status-${now}`,
    kind: 'status',
    from: keys,
    to: devices.map((device) => device.keys),
    statement,
  })
  const answer = await relay.call('status.write', { body: { sealed } })
  if (!answer.ok) log('status.refused', { code: answer.code })
  return answer.ok
}
