import type { TaskState } from '#protocol/records.ts'
import { TaskEnded } from '#protocol/statements/ended.ts'
import { typ } from '#protocol/statements/typ.ts'
import { signStatement } from '#trust/jws.ts'
import { sealPush } from '#trust/push.ts'
import { devicesOf } from '#trust/trust-log.ts'
import { fatigueLimits } from '../approvals/fatigue.ts'
import type { HostContext } from '../context.ts'
import type { TaskMemory } from '../journal/memory.ts'
import { createRedactor } from '../secrets/redact.ts'

/** Whoever does not look for a day sees it in the app. Seconds. */
const TTL = 86_400

/** A task that went on without a word; canceled means that a person ended it and knows. */
const told = TaskEnded.shape.state

/**
 * Pushes to whoever asked for a task that it is over, on all their devices and on nobody else's. To be called when the relay has the whole log, so that the tap finds the end.
 * Pushed once: the app says the same. A person is told of no more in ten minutes than one session may ask; put away as wanted is no news.
 */
export function createEndedTeller(
  context: Pick<HostContext, 'crypto' | 'keys' | 'clock' | 'hostId' | 'relay' | 'log' | 'team' | 'knownSecrets'>,
): (task: Pick<TaskMemory, 'id' | 'from' | 'request'>, state: TaskState | null, project: string) => Promise<void> {
  const { crypto, keys, clock, hostId, relay, log } = context
  const pushed = new Map<string, number[]>()

  function isWorn(person: string): boolean {
    const now = clock.now()
    const recent = (pushed.get(person) ?? []).filter((at) => at > now - fatigueLimits.pushWindowMs)
    const isFull = recent.length >= fatigueLimits.pushes
    pushed.set(person, isFull ? recent : [...recent, now])
    return isFull
  }

  return async ({ id, from, request }, ended, project) => {
    const state = told.safeParse(ended).data
    const team = context.team.state()
    const person = team?.keys.get(from)?.rights?.person
    if (!state || !team || person === undefined || (request.finish && state === 'completed')) return
    const to = devicesOf(team).filter(
      ({ rights }) => rights?.person === person && (rights.hosts === '*' || rights.hosts.includes(hostId)),
    )
    if (to.length === 0 || isWorn(person)) return
    // Redacted whole: a secret that was cut is none that could be found.
    const { redact } = createRedactor('', context.knownSecrets)
    const [line = ''] = redact(request.text).trim().split('\n')
    const push = await sealPush(crypto, {
      id: `ended-${id}`.slice(0, 64),
      to: to.map((device) => device.keys),
      statement: await signStatement(crypto, keys, typ.ended, {
        v: 1,
        aud: team.teamId,
        host: hostId,
        task: id,
        state,
        title: beginning(line, 160),
        project: project.slice(0, 80),
        iat: clock.now(),
      } satisfies TaskEnded),
      ttl: TTL,
      urgency: 'normal',
    })
    const answer = push && (await relay.call('notice.push', { body: { push } }))
    if (answer && !answer.ok) log('ended.untold', { taskId: id, code: answer.code })
  }
}

const beginning = (line: string, characters: number): string => {
  const whole = [...line]
  return whole.length > characters ? `${whole.slice(0, characters).join('').slice(0, 190)}…` : line.slice(0, 200)
}
