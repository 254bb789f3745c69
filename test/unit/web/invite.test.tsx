// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact'
import { afterEach, expect, test } from 'vitest'
import { InviteView } from '#web/app/views/invite.tsx'
import type { ChosenRights } from '#web/app/views/rights-form.tsx'

afterEach(cleanup)

/** What is chosen for another phone of an owner, and what the screen offers on the way. */
function choose(mayOwn: boolean): { roles: (string | null)[]; hints: number; chosen: ChosenRights | undefined } {
  let chosen: ChosenRights | undefined
  const own = { person: 'per_1', role: 'owner', hosts: '*', maxTier: 3 } as const
  render(
    <InviteView
      state={{ is: 'choosing' }}
      refusal={null}
      hosts={[]}
      own={own}
      mayOwn={mayOwn}
      now={0}
      onStart={(rights) => {
        chosen = rights
      }}
      onCode={() => {}}
      onDone={() => {}}
    />,
  )
  const roles = [...screen.getByLabelText('Role').querySelectorAll('option')].map((option) =>
    option.getAttribute('value'),
  )
  fireEvent.click(screen.getByLabelText(/^Another one of mine/))
  fireEvent.click(screen.getByRole('button', { name: 'Show the code' }))
  return { roles, hints: screen.queryAllByText(/^Two persons are owners/).length, chosen }
}

test('an owner’s rights are offered to another phone only where the trust log takes them', () => {
  expect(choose(true)).toEqual({
    roles: ['approver', 'viewer', 'owner'],
    hints: 0,
    chosen: { role: 'owner', hosts: '*', maxTier: 3 },
  })
  cleanup()
  expect(choose(false)).toEqual({
    roles: ['approver', 'viewer'],
    hints: 1,
    chosen: { role: 'approver', hosts: '*', maxTier: 3 },
  })
})
