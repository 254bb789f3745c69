// @vitest-environment happy-dom
import { cleanup, fireEvent, render } from '@testing-library/preact'
import { afterEach, expect, test } from 'vitest'
import type { HostSummary } from '#client/list-hosts.ts'
import { memoryStore } from '#client/store.ts'
import { NotifySettingsView } from '#web/app/views/notify-settings.tsx'
import { allOn, changeNotifySettings, readNotifySettings } from '#web/shared/notify-settings.ts'

afterEach(cleanup)

test('two taps before the first is kept both count', async () => {
  const store = memoryStore()
  const host: HostSummary = { hostId: 'hst_1', online: true, lastSeenAt: 1, status: null }
  const kept: Promise<unknown>[] = []
  // Shown is what was kept when it was opened, as long as nothing else is.
  const view = render(
    <NotifySettingsView
      settings={allOn}
      hosts={[host]}
      onChange={async (change) => void kept.push(changeNotifySettings(store, change))}
    />,
  )
  fireEvent.click(view.getByLabelText('Other approvals'))
  fireEvent.click(view.getByLabelText('Quiet hours', { exact: false }))
  await Promise.all(kept)
  expect(await readNotifySettings(store)).toMatchObject({ quiet: { from: 22 * 60 }, off: { hst_1: ['low'] } })
})
