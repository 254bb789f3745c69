import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld, phone } from '../support/app-world.ts'
import { notePageBadge, noteWorkerBadge, pageBadge } from '../support/badges.ts'
import type { Chromium } from '../support/browsers/chromium.ts'
import { launchChromium } from '../support/browsers/chromium.ts'
import type { NotificationTray } from '../support/browsers/notification-tray.ts'
import { startNotificationTray } from '../support/browsers/notification-tray.ts'
import { invitePhone } from '../support/invite-phone.ts'
import { suite } from '../support/needs.ts'
import type { Fcm } from '../support/push/fcm-service.ts'
import { startFcm } from '../support/push/fcm-service.ts'
import { until } from '../support/wait.ts'

suite('What one device answers, on another one', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page
  let tray: NotificationTray
  let fcm: Fcm
  let second: Chromium
  let tablet: Page
  let badge: () => Promise<number | undefined>

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
    tray = await startNotificationTray()
    fcm = await startFcm(world.pushes, world.certificate)
    second = await launchChromium({ fcm, tray, origins: [world.origin], device: phone })
    tablet = await second.newPage()
    await notePageBadge(tablet)
    await invitePhone(page, tablet, { name: 'Grace' })
    await world.turnOnPush(page)
    await world.turnOnPush(tablet)
    badge = await noteWorkerBadge(second.context)
  })
  afterAll(async () => {
    await second?.close()
    await fcm?.close()
    await tray?.close()
    await world?.close()
  })

  const asks = ({ actions }: { actions: readonly { label: string }[] }) => actions.some(({ label }) => label === 'Deny')

  test('its notification is replaced by what became of it, without a sound and with nothing to answer, and the badge falls', async () => {
    await tablet.goto('about:blank')
    await world.startTask(page, 'Touch a file [[act:run]]')
    const asked = await tray.until('Run a command · greetings')
    await until(async () => (await badge()) === 1, { what: 'one that waits at the icon' })
    world.tray.tap(await world.tray.until('Run a command · greetings'), 'Approve')
    const told = await tray.until(({ body }) => /(Approved|Done): the host has/.test(body))
    expect(told.id).toBe(asked.id)
    expect(asks(told)).toBe(false)
    expect(told.hints).toMatchObject({ 'suppress-sound': true })
    expect(tray.shown().filter(asks)).toEqual([])
    await until(async () => (await badge()) === 0, { what: 'none that waits at the icon' })
  })

  test('where no push came through, a tap that is too late is told what became of it, and so is the next look: nothing asks or counts any more', async () => {
    await world.startTask(page, 'Delete it [[act:delete]]')
    const deleting = await tray.until((one) => one.title === 'Delete · greetings' && asks(one))
    await world.startTask(page, 'Touch another [[act:run]]')
    const running = await tray.until((one) => one.title === 'Run a command · greetings' && asks(one))
    await until(async () => (await badge()) === 2, { what: 'two that wait at the icon' })
    fcm.setReachable(false)
    for (const title of [deleting.title, running.title]) {
      world.tray.tap(await world.tray.until((one) => one.title === title && asks(one)), 'Deny')
      await world.tray.until((one) => one.title === title && one.body.includes('Denied'))
    }
    expect(tray.shown().filter(asks)).toHaveLength(2)
    tray.tap(running, 'Approve')
    await tray.until(({ title, body }) => title === running.title && body.includes('Denied'))
    await until(async () => (await badge()) === 1, { what: 'one that waits at the icon' })
    await tablet.goto(`${world.origin}/settings`)
    await tray.until(({ id, body }) => id === deleting.id && body.includes('Denied'))
    expect(tray.shown().filter(asks)).toEqual([])
    await until(async () => (await badge()) === 0, { what: 'none that waits at the icon' })
    await until(async () => (await pageBadge(tablet)) === 0, { what: 'the page to count as the worker does' })
  })
})
