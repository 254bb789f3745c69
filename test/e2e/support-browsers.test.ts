import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import webPush from 'web-push'
import { isPushEndpoint } from '#functions/domain/push-endpoint.ts'
import type { PushSubscription } from '#protocol/records.ts'
import { type Chromium, launchChromium } from '../support/browsers/chromium.ts'
import { type Firefox, launchFirefox } from '../support/browsers/firefox.ts'
import type { FirefoxPage } from '../support/browsers/firefox-page.ts'
import { type Fixture, serveFixture } from '../support/browsers/fixture/serve.ts'
import { type NotificationTray, startNotificationTray } from '../support/browsers/notification-tray.ts'
import { removeProfile } from '../support/browsers/profile.ts'
import { suite } from '../support/needs.ts'
import { type Autopush, startAutopush } from '../support/push/autopush.ts'
import { type Certificate, makeCertificate } from '../support/push/certificate.ts'
import { type Fcm, startFcm } from '../support/push/fcm-service.ts'
import { type PushService, startPushService } from '../support/push/push-service.ts'
import { remapEnvironment } from '../support/push/remap-environment.ts'
import { sendPush } from '../support/push/send-push.ts'
import { until } from '../support/wait.ts'

type Tapped = { title: string; action: string; isTrusted: boolean; isWindowOpen: boolean }

type Synced = { tag: string }

const vapid = webPush.generateVAPIDKeys()

/** What both engines need, and pushing to them from another process. */
async function openWorld() {
  const certificate: Certificate = makeCertificate()
  const service: PushService = await startPushService({ certificate })
  const tray: NotificationTray = await startNotificationTray()
  const site: Fixture = await serveFixture(vapid.publicKey)
  const profile = mkdtempSync(join(tmpdir(), 'countersign-profile-'))
  const push = (text: string, subscription: PushSubscription) =>
    sendPush({ subscription, text, vapid, by: 'https' }, remapEnvironment(service, certificate))
  return {
    certificate,
    service,
    tray,
    site,
    profile,
    push,
    tapped: (title: string) => site.reported<Tapped>('/tapped', (tap) => tap.title === title),
    async close() {
      await Promise.all([service.close(), tray.close(), site.close()])
      removeProfile(profile)
      certificate.remove()
    },
  }
}

/** `toJSON()` of a browser's subscription has more than the protocol takes. */
const asSent = ({ endpoint, keys: { p256dh, auth } }: PushSubscription): PushSubscription => ({
  endpoint,
  keys: { p256dh, auth },
})

suite('Chromium with a push service', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: Awaited<ReturnType<typeof openWorld>>
  let fcm: Fcm
  let chromium: Chromium
  let subscription: PushSubscription

  const start = async () => {
    const { tray, profile, site } = world
    chromium = await launchChromium({ fcm, tray, profile, origins: [site.origin] })
    return chromium.newPage(site.origin)
  }
  beforeAll(async () => {
    world = await openWorld()
    fcm = await startFcm(world.service, world.certificate)
    const page = await start()
    await page.tap('#on')
    subscription = asSent(await world.site.reported('/subscribed'))
  })
  afterAll(async () => {
    await chromium?.close()
    await fcm?.close()
    await world?.close()
  })

  test('its endpoint is one of the list', () => {
    expect(isPushEndpoint(subscription.endpoint)).toBe(true)
  })

  test('a push is decrypted and shown, and a trusted tap on Approve reaches the site', async () => {
    const { push, tray, tapped } = world
    expect(await push('one', subscription)).toBe(201)
    const notification = await tray.until('one')
    expect(notification.actions.map(({ label }) => label)).toEqual(expect.arrayContaining(['Approve', 'Deny']))
    tray.tap(notification, 'Approve')
    expect(await tapped('one')).toEqual({ title: 'one', action: 'approve', isTrusted: true, isWindowOpen: false })
    await until(() => fcm.acks.length > 0, { what: 'its acknowledgement', on: world.service.changes })
  })

  test('a tap on the notification itself may open a window', async () => {
    const { push, tray, tapped } = world
    await push('two', subscription)
    tray.tap(await tray.until('two'))
    expect(await tapped('two')).toMatchObject({ action: '', isTrusted: true, isWindowOpen: true })
  })

  test('one that is swiped away tells its worker', async () => {
    const { push, tray, site } = world
    await push('three', subscription)
    tray.dismiss(await tray.until('three'))
    await site.reported<{ title: string }>('/closed', ({ title }) => title === 'three')
  })

  test('with the worker stopped and no page open, both still work', async () => {
    const { push, tray, tapped, site } = world
    const page = await chromium.newPage('about:blank')
    const workers = await chromium.workers(page)
    await workers.stopWorkers()
    await workers.untilRunning(`${site.origin}/`, 'stopped')
    for (const other of chromium.context.pages()) if (other !== page) await other.close()
    await push('four', subscription)
    const notification = await tray.until('four')
    await workers.stopWorkers()
    tray.tap(notification, 'Deny')
    expect(await tapped('four')).toMatchObject({ action: 'deny', isTrusted: true })
  })

  test('a push and a sync can come without any service', async () => {
    const { tray, tapped, site } = world
    const workers = await chromium.workers(await chromium.newPage(site.origin))
    await workers.deliverPush(`${site.origin}/`, 'by hand')
    tray.tap(await tray.until('by hand'), 'Approve')
    expect(await tapped('by hand')).toMatchObject({ action: 'approve', isTrusted: true })
    await workers.sync(`${site.origin}/`, 'decisions')
    await site.reported<Synced>('/synced', ({ tag }) => tag === 'decisions')
  })

  test('offline, a worker reaches nothing, and its background sync waits for the network', async () => {
    const { tray, site, push } = world
    await push('five', subscription)
    const notification = await tray.until('five')
    await chromium.setOffline(true)
    tray.tap(notification, 'Approve')
    await tray.until('not sent: five')
    await chromium.setOffline(false)
    await site.reported<Synced>('/synced', ({ tag }) => tag === 'after five')
  })

  test('what came while it was away, or not running, comes when it is back', async () => {
    const { push, tray, service } = world
    fcm.setReachable(false)
    await push('away', subscription)
    expect(service.waiting(subscription.endpoint)).toBe(1)
    fcm.setReachable(true)
    await tray.until('away', 120_000)
    await chromium.close()
    await push('asleep', subscription)
    await start()
    await tray.until('asleep')
  })

  test('unsubscribed, its endpoint answers 410', async () => {
    const { push, site, service } = world
    const page = await chromium.newPage(site.origin)
    await page.evaluate(async () => {
      const { pushManager } = await navigator.serviceWorker.ready
      await (await pushManager.getSubscription())?.unsubscribe()
    })
    await until(async () => (await push('late', subscription)) === 410, { what: 'a 410', on: service.changes })
  })
})

suite('Firefox with a push service', { needs: ['firefox', 'dbus-daemon', 'notify-send'] }, () => {
  let world: Awaited<ReturnType<typeof openWorld>>
  let autopush: Autopush
  let firefox: Firefox
  let page: FirefoxPage
  let subscription: PushSubscription

  const start = async () => {
    const { tray, profile, site } = world
    firefox = await launchFirefox({ autopush, tray, profile })
    page = await firefox.newPage(site.origin)
  }
  beforeAll(async () => {
    world = await openWorld()
    autopush = await startAutopush(world.service)
    await start()
    await page.setViewport(412, 915, 2)
    await page.click('#on')
    subscription = asSent(await world.site.reported('/subscribed'))
  })
  afterAll(async () => {
    await firefox?.close()
    await autopush?.close()
    await world?.close()
  })

  test('its endpoint is one of the list', () => {
    expect(isPushEndpoint(subscription.endpoint)).toBe(true)
  })

  test('a page is read, written to and seen', async () => {
    expect(await page.until(() => document.querySelector('#state')?.textContent === 'subscribed')).toBe(true)
    expect(await page.text('#state')).toBe('subscribed')
    await page.type('#words', 'häuser')
    expect(await page.evaluate((id) => document.querySelector<HTMLInputElement>(id)?.value, '#words')).toBe('häuser')
    expect((await page.screenshot()).subarray(1, 4).toString()).toBe('PNG')
    await expect(page.evaluate(() => Promise.reject(new Error('on purpose')))).rejects.toThrow('on purpose')
  })

  test('a push is decrypted and shown, and a trusted tap on Approve reaches the site', async () => {
    const { push, tray, tapped } = world
    expect(await push('one', subscription)).toBe(201)
    const notification = await tray.until('one')
    expect(notification.actions.map(({ label }) => label)).toEqual(expect.arrayContaining(['Approve', 'Deny']))
    tray.tap(notification, 'Approve')
    expect(await tapped('one')).toEqual({ title: 'one', action: 'approve', isTrusted: true, isWindowOpen: false })
    await until(() => autopush.acks.some(({ code }) => code === 100), { what: 'an ack', on: world.service.changes })
  })

  test('a tap on the notification itself may open a window', async () => {
    const { push, tray, tapped } = world
    await push('two', subscription)
    tray.tap(await tray.until('two'))
    expect(await tapped('two')).toMatchObject({ action: '', isTrusted: true, isWindowOpen: true })
  })

  test('killed while a push waits, it gets it after the next start', async () => {
    const { push, tray, tapped, service } = world
    await firefox.kill()
    await until(() => autopush.connected() === 0, { what: 'its connection to end', on: service.changes })
    await push('asleep', subscription)
    expect(service.waiting(subscription.endpoint)).toBe(1)
    await start()
    tray.tap(await tray.until('asleep'), 'Deny')
    expect(await tapped('asleep')).toMatchObject({ action: 'deny', isTrusted: true })
  })

  test('forgotten by the service, it is told, and can subscribe anew', async () => {
    const { push, tray, site } = world
    autopush.forgetAll()
    await site.reported('/renewed')
    expect(await push('lost', subscription)).toBe(410)
    await page.click('#on')
    const { endpoint } = subscription
    subscription = asSent(await site.reported<PushSubscription>('/subscribed', (other) => other.endpoint !== endpoint))
    expect(await push('found', subscription)).toBe(201)
    await tray.until('found')
  })
})
