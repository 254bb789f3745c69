// @vitest-environment happy-dom
import { signal } from '@preact/signals'
import { cleanup, fireEvent, render } from '@testing-library/preact'
import { afterEach, expect, test, vi } from 'vitest'
import { keepApproval, keepDecision, readRecord } from '#client/approval-record.ts'
import { keepForSending } from '#client/outbox.ts'
import type { Post } from '#client/posts.ts'
import { memoryStore } from '#client/store.ts'
import type { App } from '#web/app/model/use-app.ts'
import { AppContext } from '#web/app/model/use-app.ts'
import { KeptScreen } from '#web/app/screens/kept-screen.tsx'
import { approvalWith } from './world.ts'

afterEach(cleanup)

const host = 'hst_1'
const made = (change: Partial<Post>): Post => ({
  id: 'inp_1',
  taskId: null,
  text: null,
  at: 1,
  send: { route: 'host.input', params: { hostId: host }, body: { id: 'inp_1' } } as Post['send'],
  ...change,
})

async function screen(posts: readonly Post[]) {
  const context = { store: memoryStore() }
  const approval = approvalWith()
  await keepApproval(context.store, 'a.b.c', approval, 1)
  const decision = { id: 'dec_1', answer: 'approve' as const, state: 'kept' as const, at: 1 }
  await keepDecision(context.store, approval.id, decision)
  await keepForSending(context as never, { decision, approvalId: approval.id, sealed: {} as never, until: 1 })
  const dropPost = vi.fn()
  const model = {
    device: { context },
    posts: signal(posts),
    kept: signal(1),
    hosts: signal([]),
    cards: signal(new Map()),
    dropPost,
    loadCard: async () => undefined,
    noteKept: async () => undefined,
  }
  const app = { model, router: { back: () => {} } } as unknown as App
  const shown = render(
    <AppContext.Provider value={app}>
      <KeptScreen />
    </AppContext.Provider>,
  )
  return { shown, dropPost, store: context.store, id: approval.id }
}

test('what was kept is listed by what it asks for, what was not accepted with the reason; all of it can be dropped', async () => {
  const { shown, dropPost, store, id } = await screen([
    made({ kind: 'stop-all' }),
    made({ id: 'inp_2', kind: 'revoke-rule', text: 'rul_1', code: 'role_refused' }),
  ])
  expect(shown.getByText('Stop everything on the host')).toBeTruthy()
  expect(shown.getByText('Take back what is allowed without asking')).toBeTruthy()
  expect(shown.queryByText('rul_1')).toBeNull()
  expect(shown.getByText('This key may not do that. Ask an owner of the team.')).toBeTruthy()
  fireEvent.click(shown.getByText('Remove it'))
  expect(dropPost).toHaveBeenCalledWith('inp_2')

  await shown.findByText(/^You approved:/)
  const item = shown.container.querySelector('article') as HTMLElement
  fireEvent.click(item.querySelector('button') as HTMLElement)
  expect(item.textContent).toContain('it counts all the same')
  fireEvent.click([...item.querySelectorAll('button')].at(-1) as HTMLElement)
  await vi.waitFor(async () => expect(await store.list('outbox/')).toEqual([]))
  await vi.waitFor(async () => expect((await readRecord(store, id))?.decision).toBeUndefined())
})
