import type { Result } from '#protocol/errors.ts'
import type { Gate } from '../approvals/gate.ts'
import { type GatedCommand, hearGate } from '../approvals/gated-command.ts'
import type { HostContext } from '../context.ts'
import { type HookSessions, hearHook } from '../hooks/hook-sessions.ts'
import { setLocked } from '../lock.ts'
import { liveRules, revokeRule } from '../policy/standing-rules.ts'
import { tellBranches } from '../team/tell-branches.ts'
import { type ControlEvent, type ControlRequest, type ControlSession, refusedEvent } from './control.ts'

/** What another program of this user may have done by the host agent, once that has started. */
export type ControlledHost = {
  context: HostContext
  gate: Pick<Gate, 'codes'>
  hooks: HookSessions
  openGatedCommand(): GatedCommand
  offerPairing(): void
  typeCode(code: string): Result<void>
  /** Ends every task and locks the host. Resolves with how many tasks that were. */
  stopAll(): Promise<number>
  summary(): Record<string, unknown>
}

export type ControlPorts = {
  /** Null while it starts. */
  host(): ControlledHost | null
  /** Resolves when it has started. */
  started: Promise<ControlledHost>
  stop(): void
}

/** One program's conversation. `hungUp` aborts when it is over; `gated`: the command that it wants to run. */
type Call = {
  ports: ControlPorts
  answer(event: ControlEvent): void
  hungUp: AbortSignal
  gated: GatedCommand | null
}
type Request<V extends ControlRequest['verb']> = Extract<ControlRequest, { verb: V }>
type Answer = ControlEvent | undefined

/** What waits for the host to have started. An answer of undefined says nothing: what happens is told as an event. */
const whenStarted: {
  [V in Exclude<ControlRequest['verb'], 'stop' | 'hook' | 'gate'>]: (
    host: ControlledHost,
    request: Request<V>,
    call: Call,
  ) => Answer | Promise<Answer>
} = {
  pair: (host) => void host.offerPairing(),
  code: (host, { code }) => {
    const typed = host.typeCode(code)
    return typed.ok ? undefined : { event: 'refused', code: typed.code }
  },
  status: (host) => ({ event: 'status', ...host.summary() }),
  'approval-codes': ({ gate }) => ({ event: 'approval-codes', codes: gate.codes() }),
  'stop-all': async (host) => ({ event: 'stopped-all', ended: await host.stopAll() }),
  unlock: async ({ context }) => ({ event: 'unlocked', changed: await setLocked(context, false, null) }),
  'gate-ended': (_, { exitCode }, { gated }) => {
    gated?.ended(exitCode)
    return { event: 'gate-ended' }
  },
  branches: async ({ context }, _, { answer }) => {
    await tellBranches(context, answer)
    return undefined
  },
  settle: async ({ context }, { code }) => {
    const done = await context.team.settle(code)
    return done.ok ? { event: 'settled', ...done.value.head } : refusedEvent(done)
  },
  rules: ({ context }) => ({ event: 'rules', rules: liveRules(context.memory, context.clock.now()) }),
  'revoke-rule': async ({ context }, { id }) => ({
    event: (await revokeRule(context, id)) ? 'revoked' : 'unknown-rule',
  }),
  unpair: async ({ context }, { kid, undo }) => {
    const done = await context.team.unpair(kid, undo, context.clock.now())
    return { event: 'unpair', code: done.ok ? null : done.code }
  },
}

/** A host that is only starting leaves a hook to the keyboard and a script's command unrun, at once; everything else waits until it has started. */
async function hear(call: Call, request: ControlRequest): Promise<Answer> {
  const { ports, hungUp } = call
  const host = ports.host()
  if (request.verb === 'stop') {
    ports.stop()
    return undefined
  }
  if (request.verb === 'hook') return { event: 'hook', said: await hearHook(host?.hooks ?? null, request, hungUp) }
  if (request.verb === 'gate') {
    call.gated ??= host?.openGatedCommand() ?? null
    return { event: 'gate', said: await hearGate(call.gated, request.wish, hungUp) }
  }
  const verb = whenStarted[request.verb] as (
    host: ControlledHost,
    request: ControlRequest,
    call: Call,
  ) => ReturnType<typeof hear>
  return verb(host ?? (await ports.started), request, call)
}

/** Serves one program on the control socket. A verb that fails answers `internal`: the host goes on. */
export function hearControl(ports: ControlPorts, answer: (event: ControlEvent) => void): ControlSession {
  const hangUp = new AbortController()
  const call: Call = { ports, answer, hungUp: hangUp.signal, gated: null }
  return {
    request(request) {
      void hear(call, request).then(
        (said) => said && answer(said),
        () => answer({ event: 'refused', code: 'internal' }),
      )
    },
    gone() {
      hangUp.abort()
      call.gated?.gone()
    },
  }
}
