import { batch, computed, signal } from '@preact/signals'
import { idsOf } from '#client/list-approvals.ts'
import type { HostSummary } from '#client/list-hosts.ts'
import type { TaskSummary } from '#client/list-tasks.ts'
import type { DeviceEvent } from '#client/live.ts'
import { isAsked, mayDecide } from '#client/may-decide.ts'
import type { Device } from '#client/open-device.ts'
import type { ApprovalCard } from '#client/read-approval.ts'
import type { Listed } from '#client/read-settled.ts'
import type { Result } from '#protocol/errors.ts'
import type { Scope } from '#protocol/statements/approval.ts'
import type { Answer } from '#protocol/statements/decision.ts'
import type { Answers } from '#protocol/statements/form.ts'
import type { StandingRule } from '#protocol/statements/standing-rule.ts'
import { gestureFor } from '#trust/gesture.ts'
import type { TeamState } from '#trust/trust-log.ts'
import { onBulletin, post } from '../../shared/bulletin.ts'
import { knownCard, knownOpenCards } from '../../shared/known.ts'
import type { Cards } from './cards.ts'
import { isOnItsWay, needsAnswer, withCard, withDecision, withList } from './cards.ts'
import { openListReads } from './list-reads.ts'
import { openKept } from './open-kept.ts'
import { openLists } from './open-lists.ts'
import type { OtherTeam } from './other-teams.ts'
import { openStanding } from './standing.ts'
import { togetherOf } from './together.ts'

export type Model = ReturnType<typeof openModel>

/** A list that could not be read while the connection stands is asked for again after this. Milliseconds. */
const AGAIN_MS = 5_000

/** What was shown last, for the next opening without a network. */
type Last = { tasks: TaskSummary[]; hosts: HostSummary[]; at: number }
const LAST = 'app/last'
/** Not damaged, nor written by another version that knows it otherwise. */
const isReadable = (last: Partial<Last> | undefined): last is Last =>
  Number.isFinite(last?.at) &&
  last?.tasks?.every((task: Partial<TaskSummary> | null) => typeof task?.head?.id === 'string') === true &&
  last.hosts?.every((host: Partial<HostSummary> | null) => typeof host?.hostId === 'string') === true

/** What the app knows, as signals. Everything in it that a person may rely on was verified by the device. */
export function openModel(device: Device, place: string) {
  const { store, clock } = device.context
  const standing = openStanding(device.context)
  const { freshAt, isFresh, isNeedsFresh, now, lookAtClock, takeConnection } = standing
  const team = signal<TeamState | null>(device.team())
  /** Owners have signed two different logs: nothing is decided from here any more. */
  const isFrozen = signal(device.context.team.fork() !== null)
  /** Another tab has deleted what this browser had of the team. */
  const isLeft = signal(false)
  const cards = signal<Cards>(new Map())
  const unreadable = signal(0)
  /** Sealed to other devices of the team only. */
  const notForUs = signal(0)
  const { tasks, hosts, ...lists } = openLists(device)
  /** This browser's other teams, as far as somebody has looked. */
  const elsewhere = signal<readonly OtherTeam[]>([])
  const { kept, posts, isAnyKept, countKept, noteKept } = openKept(device)
  /** The host that lists are narrowed to. */
  const narrowed = signal<string | null>(null)
  const open = computed(() => needsAnswer(cards.value, now.value))
  const isOurs = ({ approval }: ApprovalCard): boolean =>
    team.value !== null && isAsked({ team: team.value, kid: device.kid, now: now.value }, approval)
  const needs = computed(() => open.value.filter(isOurs))

  /** One tap is enough, and this device may give it. */
  const isOneTap = ({ approval }: ApprovalCard): boolean =>
    gestureFor(approval) === 'tap' &&
    approval.operation.kind !== 'add-device' &&
    !approval.operation.form &&
    team.value !== null &&
    mayDecide({ team: team.value, kid: device.kid, now: now.value }, approval, 'approve').ok

  const needsReads = openListReads()
  const takeCard = (card: ApprovalCard) => {
    needsReads.heard(card.id)
    cards.value = withCard(cards.value, card)
  }
  /** What was kept when it was shown may have been sent. */
  const lookAtKept = async () => {
    await countKept()
    for (const { id, decision } of cards.value.values()) {
      const card = decision?.state === 'kept' && (await knownCard(device, id))
      if (card) takeCard(card)
    }
  }

  /** Opens with the last state; what the relay says comes on top. It is only a beginning: what of it can't be read, the relay says anew. */
  async function recall(): Promise<void> {
    const [last, open] = await Promise.all([
      store.get<Last>(LAST).catch(() => undefined),
      knownOpenCards(device).catch(() => []),
    ])
    batch(() => {
      cards.value = withList(cards.value, open)
      if (!isReadable(last) || freshAt.value !== null) return
      tasks.value = last.tasks
      // Presence does not keep.
      hosts.value = last.hosts.map((host) => ({ ...host, online: false }))
      freshAt.value = last.at
    })
    await countKept().catch(() => undefined)
  }

  let listed: Listed | null = null
  /** What needs a person is asked for before the connection stands: of all that the app shows it is what matters. */
  const askNeeds = (): Promise<boolean> => {
    const at = clock.now()
    return needsReads.read(device.approvals, (approvals, heard) =>
      batch(() => {
        listed = { at, ids: idsOf(approvals) }
        lookAtClock()
        isNeedsFresh.value = true
        cards.value = withList(cards.value, approvals.cards, heard)
        unreadable.value = approvals.unreadable.length
        notForUs.value = approvals.notForUs.length
        performance.mark('needs-known')
      }),
    )
  }

  /** Once a start is enough. */
  let isTidy = false
  let cancelAgain = () => {}
  async function refresh(): Promise<void> {
    cancelAgain()
    const answered = await Promise.all([askNeeds(), lists.askTasks(), lists.askHosts()])
    if (answered.every(Boolean))
      batch(() => {
        freshAt.value = clock.now()
        isFresh.value = true
      })
    // Frames tell only what is new: what came while there was no connection is in the lists alone.
    else if (standing.connection.value.is === 'online') cancelAgain = clock.after(AGAIN_MS, () => void refresh())
    await countKept()
    if (freshAt.value !== null)
      await store.put<Last>(LAST, { tasks: [...tasks.value], hosts: [...hosts.value], at: freshAt.value })
    if (listed) {
      const { takeSettledElsewhere } = await import('./settled-elsewhere.ts')
      await takeSettledElsewhere({ device, takeCard }, listed)
    }
    if (isTidy || !isFresh.value) return
    isTidy = true
    const { tidyStore } = await import('./tidy-store.ts')
    await tidyStore(store, now.value, new Set(tasks.value.map(({ head }) => head.id)))
  }

  /** Owners have signed two logs; a person may have settled it at a host meanwhile. */
  async function follow(): Promise<void> {
    isFrozen.value = true
    await (await import('#client/settle-fork.ts')).followSettlement(device.context)
    isFrozen.value = device.context.team.fork() !== null
    team.value = device.team()
  }

  function hear(event: DeviceEvent): void {
    if (event.type === 'connection') takeConnection(event.state)
    else if (event.type === 'synced') void refresh()
    else if (event.type === 'approval') takeCard(event.card)
    else if (event.type === 'unreadable') {
      const count = event.code === 'envelope_not_for_me' ? notForUs : unreadable
      count.value += 1
    } else if (event.type === 'decided') cards.value = withDecision(cards.value, event.approvalId, event.decision)
    else if (event.type === 'team') team.value = event.team
    else if (event.type === 'forked') void follow()
    else if (event.type === 'host') lists.takeHost(event.host)
    else if (event.type === 'task' && !lists.takeHead(event.head)) void refresh()
    if (event.type === 'approval') void countKept()
    if (event.type === 'flushed') void lookAtKept()
  }

  /** Once there is a team. Calling it again changes nothing. */
  let stop: (() => void) | null = null
  function connect(): void {
    if (stop) return
    team.value = device.team()
    stop = device.connect().on(hear)
    takeConnection(device.connect().state())
  }

  async function decide(input: {
    approvalId: string
    answer: Answer
    reason: string
    whole: boolean
    code?: string
    answers?: Answers
    scope: Scope
    rule?: StandingRule
  }): Promise<Result<void>> {
    const { approvalId, answer, reason, whole, code, answers, scope, rule } = input
    const approval = cards.value.get(approvalId)?.approval
    // The screen lets nobody answer without having made it.
    const gesture = approval && answer === 'approve' ? gestureFor(approval) : 'tap'
    const decided = await device.decide({
      approvalId,
      answer,
      shown: { where: 'app', whole },
      gesture,
      scope,
      ...(rule ? { rule } : {}),
      ...(code === undefined ? {} : { code }),
      ...(answers === undefined ? {} : { answers }),
      assert: async (ask) => (await import('./passkey.ts')).askAuthenticator(ask),
      ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
    })
    const card = await knownCard(device, approvalId)
    if (card) takeCard(card)
    await countKept()
    post({ type: 'approval', id: approvalId })
    return decided.ok ? { ok: true, value: undefined } : decided
  }

  async function loadCard(id: string): Promise<Result<ApprovalCard>> {
    const known = await knownCard(device, id)
    if (known) takeCard(known)
    const card = await device.approval(id)
    if (card.ok) takeCard(card.value)
    return card
  }

  const offBulletin = onBulletin((bulletin) => {
    if (bulletin.type === 'left' && bulletin.place === place) isLeft.value = true
    if (bulletin.type === 'queue') void countKept()
    // The connection may believe that it stands: then nothing else would send it.
    if (bulletin.type === 'tried') void lookAtKept().then(() => isAnyKept() && device.connect().flush())
    if (bulletin.type !== 'approval') return
    void knownCard(device, bulletin.id).then((card) => card && takeCard(card))
    void countKept()
  })
  return {
    device,
    ...standing,
    /** The relay does not let this phone in any more, or an owner's entry that this phone has read removes it. */
    isOut: computed(
      () => standing.away.value === 'key_unknown' || (team.value?.keys.get(device.kid)?.removedAt ?? null) !== null,
    ),
    team,
    isFrozen,
    follow,
    cards,
    unreadable,
    tasks,
    hosts,
    elsewhere,
    /** The one host whose approvals and tasks are listed; null: all are, also where there is no choice any more. */
    onlyHost: computed(() =>
      hosts.value.length > 1 && hosts.value.some(({ hostId }) => hostId === narrowed.value) ? narrowed.value : null,
    ),
    narrow(hostId: string | null): void {
      narrowed.value = hostId
    },
    kept,
    posts,
    isLeft,
    noteKept,
    async dropPost(id: string) {
      await device.dropPost(id)
      await noteKept()
    },
    needs,
    /** Open, and for others to answer. */
    others: computed(() => open.value.filter((card) => !isOurs(card))),
    notForUs,
    together: computed(() => togetherOf(needs.value, isOneTap)),
    onTheirWay: computed(() => [...cards.value.values()].filter(isOnItsWay)),
    recall,
    askNeeds,
    refresh,
    connect,
    /** The page is seen again, or there may be a network again. */
    wake(): void {
      device.connect().wake()
      takeConnection(device.connect().state())
    },
    decide,
    loadCard,
    takeCard,
    close() {
      stop?.()
      cancelAgain()
      offBulletin()
      standing.close()
      device.close()
    },
  }
}
