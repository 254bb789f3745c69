import type { Page } from 'playwright-core'

export type Newcomer = {
  name: string
  role?: 'approver' | 'viewer' | 'owner'
  maxTier?: 1 | 2 | 3
  /** Makes its passkey on the way in: the page needs an authenticator. */
  passkey?: boolean
}

/** An owner's phone lets another one in, in the app, as two people do it side by side. */
export async function invitePhone(owner: Page, newcomer: Page, options: Newcomer): Promise<void> {
  const { name, role = 'approver', maxTier = 2, passkey = false } = options
  const origin = new URL(owner.url()).origin
  const permissions = ['clipboard-read', 'clipboard-write', 'notifications']
  await owner.context().grantPermissions(permissions, { origin })
  await owner.goto(`${origin}/invite`)
  await owner.getByLabel('Role').selectOption(role)
  if (role === 'approver') await owner.getByLabel('May approve up to').selectOption(String(maxTier))
  await owner.getByRole('button', { name: 'Show the code' }).tap()
  await owner.getByRole('button', { name: 'Copy the link instead' }).tap()
  await owner.getByText('Copied.').waitFor()
  await newcomer.goto(await owner.evaluate(() => navigator.clipboard.readText()))
  await newcomer.getByLabel('Your name').fill(name)
  if (passkey) {
    await newcomer.getByRole('button', { name: 'Add a passkey to this device' }).tap()
    await newcomer.getByText('Passkey made').waitFor()
  }
  await newcomer.getByRole('button', { name: 'Pair', exact: true }).tap()
  await newcomer.getByText('Let the owner type this code').waitFor()
  const code = (await newcomer.locator('.pair-code').textContent()) ?? ''
  await owner.getByLabel('Type the six digits that it shows').fill(code)
  await owner.getByRole('button', { name: 'Let it in' }).tap()
  await owner.getByText(`${name} is in the team`).waitFor()
  await newcomer.getByRole('button', { name: 'Continue' }).tap()
}
