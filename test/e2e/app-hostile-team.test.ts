import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld, phone } from '../support/app-world.ts'
import type { Chromium } from '../support/browsers/chromium.ts'
import { launchChromium } from '../support/browsers/chromium.ts'
import type { Seen } from '../support/hostile-page.ts'
import { lookAll, watchComplaints } from '../support/hostile-page.ts'
import { hostileTeam } from '../support/hostile-team.ts'
import { invitePhone } from '../support/invite-phone.ts'
import { suite } from '../support/needs.ts'

/** Puts values into the app's own store, as if they had been verified before. */
const seed = (page: Page, values: Record<string, unknown>) =>
  page.evaluate(
    (given) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('countersign')
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const change = opening.result.transaction('values', 'readwrite')
          for (const [key, value] of Object.entries(given)) change.objectStore('values').put(value, key)
          change.oncomplete = () => {
            opening.result.close()
            resolve()
          }
        }
      }),
    values,
  )

suite('What hosts, devices and operations are called to deceive', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let other: Chromium
  let page: Page
  let complaints: string[] = []

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    complaints = await watchComplaints(page)
    await world.pair(page)
    other = await launchChromium({ device: phone, origins: [world.origin] })
    await invitePhone(page, await other.newPage(), { name: 'Grace' })
    await page.goto(`${world.origin}/settings`)
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  })
  afterAll(async () => {
    await other?.close()
    await world?.close()
  })

  test('every screen of approvals, people, hosts, tasks and history: nothing runs, nothing is hidden, no report', {
    timeout: 300_000,
  }, async () => {
    const kids = await page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const opening = indexedDB.open('countersign')
          opening.onsuccess = () => {
            const read = opening.result.transaction('values').objectStore('values').get('team')
            read.onsuccess = () => {
              opening.result.close()
              const entries = (read.result as { entries: string[] }).entries
              const payloads = entries.map((jws) =>
                JSON.parse(atob((jws.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))),
              )
              resolve(payloads.flatMap(({ device }) => (device ? [device.kid] : [])))
            }
          }
        }),
    )
    expect(kids).toHaveLength(2)
    const team = hostileTeam(kids, Date.now())
    // Without a relay the app shows what it has kept.
    await world.relay().kill()
    await seed(page, team.values)
    const marks = new Set<string>()
    const sees = async (path: string, ready: string | RegExp): Promise<Seen> => {
      await page.goto(world.origin + path)
      await page.locator('main').getByText(ready).first().waitFor()
      const seen = await lookAll(page)
      expect(seen.unseen, path).toEqual([])
      expect(seen.foreign, path).toEqual([])
      for (const mark of seen.marks) marks.add(mark)
      return seen
    }
    for (const id of [...team.single, ...team.together]) await sees(`/approval/${id}`, 'In the folder')
    const together = await sees(`/together/${team.together[0]}`, 'Exact').catch(() =>
      sees(`/together/${team.together[0]}`, 'Fenced'),
    )
    expect(together.marks.length).toBeGreaterThan(30)
    for (const [path, ready] of [
      ['/', /h\d{4}/],
      ['/tasks', /h\d{4}/],
      ['/hosts', /h\d{4}/],
      ['/people', 'People and devices'],
      ['/history', 'entries'],
      ['/settings', 'Teams on this phone'],
    ] as const)
      await sees(path, ready)

    // What is asked before something is done, and what can be chosen.
    await page.goto(`${world.origin}/hosts`)
    for (const name of ['Stop everything', 'Unpair', 'Revoke']) await page.getByRole('button', { name }).first().tap()
    await page.getByText('Cancel every task on').waitFor()
    const asking = await lookAll(page)
    await page.goto(`${world.origin}/people`)
    await page.getByRole('button', { name: 'Remove', exact: true }).tap()
    await page.getByText(/from the team\? It can/).waitFor()
    const removing = await lookAll(page)
    await page.goto(`${world.origin}/new`)
    await page.getByLabel('What should be done?').fill('Fix it')
    await page.locator('bdi.exact', { hasText: 'Route “' }).waitFor()
    const choosing = await lookAll(page)
    await page.goto(`${world.origin}/invite`)
    await page.getByLabel('Every host', { exact: false }).first().uncheck()
    const inviting = await lookAll(page)
    for (const seen of [asking, removing, choosing, inviting]) {
      expect(seen.unseen).toEqual([])
      expect(seen.foreign).toEqual([])
      for (const mark of seen.marks) marks.add(mark)
    }
    expect(marks.size).toBeGreaterThan(650)
    expect(await page.evaluate(() => 'owned' in window)).toBe(false)
    expect(complaints).toEqual([])
  })
})
