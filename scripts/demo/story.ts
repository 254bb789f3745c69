import type { PushView } from '#client/open-push.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import type { Receipt } from '#protocol/statements/receipt.ts'
import { demo } from '#test/support/agents/demo-project.ts'
import { decryptPush } from '#test/support/push/receive-push.ts'
import { readReceipt } from '#trust/receipt.ts'
import type { Stage } from './stage.ts'
import { must } from './stage.ts'
import type { Timeline } from './timeline.ts'

export type Variant = { deny: boolean; offline: boolean; restart: boolean }

/** What happened, for the judge and for the summary. */
export type Told = {
  events: TaskEvent[]
  receipts: Receipt[]
  approvalId: string
  state: string
  pushMs: number
  tapToReleaseMs: number
  filesChanged: number
  tests: { passed: number; failed: number }
}

const PATIENCE_MS = 60_000

/** Plays the story once: a task, a plan, an approval by push, the tap, the host's release, the tests, the end. */
export async function playStory(stage: Stage, variant: Variant, timeline: Timeline): Promise<Told> {
  const { device } = stage
  const events: TaskEvent[] = []
  const receipts: Receipt[] = []
  device.connect()
  timeline.begin()
  const { head } = must(await device.submitTask({ hostId: stage.hostId, text: demo.task }))
  timeline.say('submitted', demo.task, { task: head.id })
  const ended = device.watchTask({
    taskId: head.id,
    onEvents(batch) {
      for (const event of batch) {
        events.push(event)
        tell(event, timeline)
      }
    },
  })

  const approval = await receiveApproval(stage, timeline)
  const pushMs = Date.now() - approval.card.approval.iat
  await before(variant, stage, timeline)
  const tappedAt = Date.now()
  const decided = must(
    await device.decide({
      approvalId: approval.card.id,
      answer: variant.deny ? 'deny' : 'approve',
      shown: { where: 'notification', whole: true },
    }),
  )
  timeline.say('decided', `${decided.answer}, ${decided.state}`, {
    approval: approval.card.id,
    answer: decided.answer,
    state: decided.state,
  })
  await after(variant, stage, timeline)

  const state = must(await within(ended, 'the end of the task'))
  for (const event of events) if (event.type === 'receipt') receipts.push(await verified(stage, event.receipt))
  const settled = receipts.find(({ outcome }) => outcome === 'released' || outcome === 'denied')
  const last = <T extends TaskEvent['type']>(type: T) =>
    events.findLast((event) => event.type === type) as Extract<TaskEvent, { type: T }> | undefined
  return {
    events,
    receipts,
    approvalId: approval.card.id,
    state,
    pushMs,
    tapToReleaseMs: settled ? settled.at - tappedAt : -1,
    filesChanged: last('diff')?.total ?? 0,
    tests: { passed: last('tests')?.passed ?? 0, failed: last('tests')?.failed ?? 0 },
  }
}

/** Opens the push as a browser and its service worker would: RFC 8291 first, then the envelope, the signature and the trust log. */
async function receiveApproval(stage: Stage, timeline: Timeline): Promise<Extract<PushView, { kind: 'approval' }>> {
  for (;;) {
    const delivery = await stage.push.device.next(PATIENCE_MS)
    const text = decryptPush(delivery.body ?? new Uint8Array(), stage.push.keys)
    const view = must(await stage.device.openPush(text))
    if (view.kind !== 'approval') continue
    must(view.approve)
    const { operation, tier } = view.card.approval
    timeline.say('push', `push received and verified: ${operation.kind}, tier ${tier}`, {
      approval: view.card.id,
      kind: operation.kind,
      tier,
    })
    return view
  }
}

async function before({ offline, restart }: Variant, { cutHost, killHost }: Stage, timeline: Timeline): Promise<void> {
  if (offline) {
    await cutHost()
    timeline.say('cut', 'the host’s network is cut')
  }
  if (restart) {
    await killHost()
    timeline.say('killed', 'the host agent is killed')
  }
}

async function after({ offline, restart }: Variant, { cable, startHost }: Stage, timeline: Timeline): Promise<void> {
  if (offline) {
    await cable.mend()
    timeline.say('mended', 'the host’s network is back')
  }
  if (restart) {
    await startHost()
    timeline.say('started', 'the host agent is started again')
  }
}

const verified = async ({ device }: Stage, jws: string): Promise<Receipt> => {
  const team = device.team()
  if (!team) throw new Error('not paired')
  return must(await readReceipt(device.context.crypto, team, jws))
}

/** The events that the story is made of; the rest of the log is for the app. */
function tell(event: TaskEvent, timeline: Timeline): void {
  if (event.type === 'state' && event.state !== 'input-required') timeline.say(event.state, `task ${event.state}`)
  else if (event.type === 'plan')
    timeline.say('plan', event.entries.map(({ content, status }) => `${content} (${status})`).join(', '))
  else if (event.type === 'approval' && event.state === 'pending')
    timeline.say('approval', 'approval asked', { approval: event.approval })
  else if (event.type === 'receipt')
    timeline.say(event.outcome, event.outcome === 'released' ? 'verified and released by the host' : event.outcome, {
      approval: event.approval,
    })
  else if (event.type === 'tests')
    timeline.say('tests', `tests: ${event.passed} passed, ${event.failed} failed`, {
      passed: event.passed,
      failed: event.failed,
    })
  else if (event.type === 'diff') timeline.say('diff', `${event.total} files changed`, { filesChanged: event.total })
}

async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), PATIENCE_MS)
  return Promise.race([promise, over]).finally(() => clearTimeout(timer))
}
