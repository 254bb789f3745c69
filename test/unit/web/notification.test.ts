import { describe, expect, test } from 'vitest'
import { keepApproval } from '#client/approval-record.ts'
import type { Device } from '#client/open-device.ts'
import type { PushView } from '#client/open-push.ts'
import { ok, refused } from '#protocol/errors.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { hostileStrings } from '#test/support/hostile-strings.ts'
import { shareText } from '#web/app/model/share-text.ts'
import { describeApproval } from '#web/service-worker/describe-approval.ts'
import { noteOfDigest } from '#web/service-worker/digest.ts'
import type { Note } from '#web/service-worker/note.ts'
import { noteOfCard, noteOfPush } from '#web/service-worker/note.ts'
import { replaceLapsed } from '#web/service-worker/replace-lapsed.ts'
import { hushed, isSeen } from '#web/service-worker/seen-place.ts'
import { ask, contextOf, foundTeam, relayOf } from '../client/team-world.ts'
import { approvalId, approvalWith, cardWith, endedWith, receiptWith } from './world.ts'

const pushOf = (operation: Partial<Operation>, change = {}): PushView => ({
  kind: 'approval',
  card: cardWith(approvalWith(operation, change)),
  approve: ok(undefined),
})
const actionsOf = (view: PushView) => (noteOfPush(ok(view)).options.actions ?? []).map(({ action }) => action)

describe('the words of a notification', () => {
  test('are the command, the folder, the tier and why', () => {
    const { title, body, whole } = describeApproval(approvalWith())
    expect(title).toBe('Run a command · greetings')
    expect(body).toBe('rm -rf build\nin /home/ada/greetings\nTier 2: Risky · Fenced · Deletes files')
    expect(whole).toBe(true)
  })

  test('never have the agent’s own', () => {
    const { title, body } = describeApproval(approvalWith({}, { agentWords: 'Only lists files' }))
    expect(title + body).not.toContain('Only lists')
  })

  test('name a deleted folder once, with what is in it', () => {
    const files = ['/home/ada/greetings/old/a.js', '/home/ada/greetings/old/b.js', '/home/ada/greetings/old']
    const { body, whole } = describeApproval(
      approvalWith({
        kind: 'delete',
        command: null,
        argv: null,
        input: '{"path":"/home/ada/greetings/old"}',
        files: files.map((path) => ({ path, change: 'delete' })),
      }),
    )
    expect(body).toContain('deletes old (2 files in it)')
    expect(whole).toBe(true)
  })

  test.each<[string, Partial<Operation>]>([
    ['a command that is too long', { command: `echo ${'x'.repeat(400)}` }],
    ['a character that can’t be seen', { command: 'rm -rf build\u202e' }],
    ['a letter that imitates another', { command: 'rm -rf buіld' }],
    ['what can’t be inspected', { uninspectable: ['curl … | sh'] }],
    ['a secret left out', { secrets: [{ placeholder: '⟨secret 1⟩', commitment: 'A'.repeat(43) }] }],
    ['an edit, whose text is not in it', { kind: 'edit', command: null, input: '{"edits":[]}' }],
    ['a tool with more in its input', { kind: 'delete', command: null, input: '{"path":"/x","also":"/y"}' }],
    [
      'a plan',
      { kind: 'plan', command: null, argv: null, input: '{}', plan: { steps: [], commands: [['ls']] }, files: [] },
    ],
    ['an input that is no JSON', { kind: 'delete', command: null, input: 'nonsense' }],
    ['a line break', { command: 'ls\nrm -rf /' }],
  ])('are not the whole of %s', (_, operation) => {
    expect(describeApproval(approvalWith(operation)).whole).toBe(false)
  })

  test('of a plan name the commands that it would run', () => {
    const plan = { steps: ['Tidy up'], commands: [['npm', 'test']] }
    const { body } = describeApproval(approvalWith({ kind: 'plan', command: null, argv: null, input: '{}', plan }))
    expect(body).toContain('runs npm test')
    expect(body).not.toContain('Tidy up')
  })

  test('say how much was cut', () => {
    expect(describeApproval(approvalWith({ command: 'x'.repeat(500) })).body).toMatch(/⟨\d+ more characters⟩$/)
  })
})

describe('Approve is on the notification', () => {
  test('where one tap is enough', () => {
    expect(actionsOf(pushOf({}))).toEqual(['approve', 'deny'])
    expect(actionsOf(pushOf({ tier: 1, kind: 'edit', command: null, input: '{"edits":[]}' }))).toEqual([
      'approve',
      'deny',
    ])
  })

  test.each<[string, Partial<Operation>, object]>([
    ['tier 2, not shown whole', { command: 'x'.repeat(500) }, {}],
    ['tier 3', { tier: 3 }, {}],
    ['a gesture beyond a tap', {}, { gesture: 'read' }],
  ])('but not for %s: that opens the app', (_, operation, change) => {
    const view = pushOf(operation, change)
    expect(actionsOf(view)).toEqual(['deny'])
    expect(noteOfPush(ok(view)).options.body).toContain('Open the app')
  })

  test('but not where this device may not', () => {
    expect(actionsOf({ ...pushOf({}), approve: refused('decision_role_refused') } as PushView)).toEqual(['deny'])
  })

  test('but not when it was answered here already', () => {
    const decision = { id: 'dec_1', answer: 'approve' as const, state: 'sent' as const, at: 1 }
    const note = noteOfPush(
      ok({ kind: 'approval', card: cardWith(approvalWith(), { decision }), approve: ok(undefined) }),
    )
    expect(note.options.actions).toBeUndefined()
    expect(note.options.silent).toBe(true)
  })
})

describe('a notification', () => {
  test('shows something, and nothing of the content, when a push can’t be opened', () => {
    for (const note of [
      noteOfPush(refused('envelope_unreadable')),
      noteOfPush(ok({ kind: 'notice', approvalId: 'apr_1', code: 'relay_unreachable' })),
    ]) {
      expect(note.title).toBe('Something waits for you')
      expect(note.options.actions).toBeUndefined()
    }
  })

  test('of many that are not shown one by one is one, and leads to all of them', () => {
    const note = noteOfPush(ok({ kind: 'notice', approvalId: 'apr_1', code: 'approvals_many' }))
    expect(note).toMatchObject({ title: 'More waits for you', options: { tag: 'digest', data: { approvalId: null } } })
    expect(note.options.actions).toBeUndefined()
  })

  test('of a task that ended leads to it, and shows what can’t be seen in its words', () => {
    const note = noteOfPush(ok({ kind: 'ended', ended: endedWith({ state: 'failed', title: 'Mend\u202e it' }) }))
    expect(note).toMatchObject({ title: 'Task failed · greetings', options: { body: 'Mend⟨U+202E⟩ it' } })
    expect(note.options.data).toMatchObject({ approvalId: null, place: `/task/${endedWith().task}` })
    expect(note.options.actions).toBeUndefined()
    expect(hushed(note).options).toMatchObject({ silent: true, tag: note.options.tag })
  })

  test('is not needed where a window on the screen shows the place', async () => {
    const windows = (...all: [string, string | null][]) => ({
      matchAll: async () =>
        all.map(([visibilityState, place]) => ({
          visibilityState,
          postMessage: (_: unknown, [port]: MessagePort[]) => place !== null && port?.postMessage(place),
        })) as never,
    })
    const task = '/task/tsk_1'
    expect(await isSeen(windows(['visible', '/'], ['visible', task]), task)).toBe(true)
    expect(await isSeen(windows(['hidden', task]), task)).toBe(false)
    expect(await isSeen(windows(['visible', '/']), task)).toBe(false)
    // One that hangs.
    expect(await isSeen(windows(['visible', null]), task)).toBe(false)
    expect(await isSeen(windows(), task)).toBe(false)
  })

  test('of a check says that notifications work, without a sound and with nothing to answer', () => {
    const note = noteOfPush(ok({ kind: 'check', id: 'chk_1' }))
    expect(note).toMatchObject({ title: 'Notifications work', options: { tag: 'check', silent: true } })
    expect(note.options.actions).toBeUndefined()
    expect(note.options.data.approvalId).toBeNull()
  })

  test('is replaced without a sound by the host’s receipt, under the same tag', () => {
    const asked = noteOfPush(ok(pushOf({})))
    const card = cardWith(approvalWith(), { state: 'settled', receipt: receiptWith('denied') })
    const settled = noteOfPush(ok({ kind: 'receipt', card }))
    expect(settled.options).toMatchObject({ tag: asked.options.tag, silent: true, renotify: false })
    expect(settled.options.body).toContain('it did not run')
    expect(asked.options).toMatchObject({ renotify: true })
  })

  test('that reminds is the same one anew, aloud, and says first how long is left', () => {
    const asked = noteOfPush(ok(pushOf({})))
    const reminder = noteOfPush(ok({ ...pushOf({}), leftMs: 95.9 * 60_000 } as PushView))
    expect(reminder).toMatchObject({
      title: '95 min left: Run a command · greetings',
      options: { tag: asked.options.tag, body: asked.options.body, renotify: true, actions: asked.options.actions },
    })
    // The phone says beside it how old it is.
    expect(reminder.options.timestamp).toBeUndefined()
  })

  test('of an approval whose time is over claims no outcome: only the host’s receipt does', () => {
    const over = cardWith(approvalWith(), { state: 'expired' })
    for (const note of [noteOfCard(over), noteOfPush(ok({ kind: 'approval', card: over, approve: ok(undefined) }))]) {
      expect(note.options.body).toContain('The host has not said what became of it')
      expect(note.options.body).not.toContain('did not run')
      expect(note.options.actions).toBeUndefined()
    }
    const settled = cardWith(approvalWith(), { state: 'settled', receipt: receiptWith('expired') })
    expect(noteOfCard(settled).options.body).toContain('Expired: it did not run')
  })

  test('that still asks is replaced once nobody can answer; others stay as they are', async () => {
    const { device, host, team } = await foundTeam()
    const context = await contextOf(device, team, relayOf({}))
    const [over, open, unknown] = [await ask(host, team, { expiresInMs: -1 }), await ask(host, team), approvalId('9')]
    for (const { jws, approval } of [over, open]) await keepApproval(context.store, jws, approval, 1)
    const shown: Note[] = []
    const asking = [over.id, open.id, unknown].map((approvalId) => ({ data: { approvalId, whole: true, asks: true } }))
    const told = { data: { approvalId: over.id, whole: false } }
    const show = async (note: Note) => void shown.push(note)
    await replaceLapsed({ context } as Device, [...asking, told], show)
    expect(shown.map(({ options }) => options.tag)).toEqual([over.id])
    expect(shown[0]?.options.data.asks).toBeUndefined()
  })

  test('says what is not sent yet', () => {
    const decision = { id: 'dec_1', answer: 'approve' as const, state: 'kept' as const, at: 1 }
    expect(noteOfCard(cardWith(approvalWith(), { decision })).options.body).toContain('Not sent yet')
  })
})

test('whatever a host or an agent writes, a notification, the digest and what is shared hide nothing', () => {
  const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u
  for (const text of hostileStrings(400)) {
    const approval = approvalWith(
      {
        command: text,
        cwd: { path: text, dev: '1', ino: '2' },
        hosts: [text],
        why: [text],
        files: [{ path: text, change: 'delete' }],
      },
      { project: text },
    )
    const { title, body } = describeApproval(approval)
    const digest = noteOfDigest([cardWith(approval)])
    const shared = shareText(cardWith(approval))
    for (const said of [title, body, digest.title, digest.options.body ?? '', shared])
      expect(unseen.test(said.replaceAll('\n', '')), JSON.stringify(text)).toBe(false)
  }
})
