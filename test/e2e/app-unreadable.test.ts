import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { large } from '../support/agents/large-acts.ts'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { suite } from '../support/needs.ts'

suite('What can’t be opened, in the app', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await world.pair(page)
  })
  afterAll(() => world?.close())

  /** Forgets or writes what the app keeps, behind its back. */
  const inStore = (change: { forget?: string; write?: Record<string, unknown> }) =>
    page.evaluate(
      ({ forget, write = {} }) =>
        new Promise<void>((resolve, reject) => {
          const opening = indexedDB.open('countersign')
          opening.onerror = () => reject(opening.error)
          opening.onsuccess = () => {
            const step = opening.result.transaction('values', 'readwrite')
            const values = step.objectStore('values')
            if (forget !== undefined) values.delete(IDBKeyRange.bound(forget, `${forget}\uffff`))
            for (const [key, value] of Object.entries(write)) values.put(value, key)
            step.oncomplete = () => {
              opening.result.close()
              resolve()
            }
          }
        }),
      change,
    )

  test('of a task’s log is said to be left out, with where to look; what is around it is there', async () => {
    await world.startTask(page, 'Say hello [[act:say]]')
    await page.locator('.bar', { hasText: 'Completed' }).waitFor()
    const task = page.url()
    await page.goto(`${world.origin}/settings`)
    await inStore({ forget: 'log' })
    let isMauled = false
    await page.route('**/v1/tasks/*/events*', async (route) => {
      const answer = await route.fetch()
      const read = await answer.json()
      const batch = read.batches.find(({ seq }: { seq: number }) => seq === 2)
      if (batch) {
        batch.sealed.ct = `${batch.sealed.ct.slice(0, -8)}AAAAAAAA`
        isMauled = true
      }
      await route.fulfill({ response: answer, json: read })
    })
    await page.goto(task)
    await page.getByText('could not be opened or verified, and was left out. Look at it on the host').waitFor()
    await page.locator('.bar', { hasText: 'Completed' }).waitFor()
    expect(isMauled).toBe(true)
    await page.unroute('**/v1/tasks/*/events*')
  })

  test('of a change is said not to be what was signed, nothing of it is shown, and trying again helps once it is', async () => {
    await world.startTask(page, 'A long day [[act:large]]')
    await page.locator('.bar', { hasText: 'Completed' }).waitFor()
    const maul = async (route: Route) => {
      const answer = await route.fetch()
      const body = await answer.body()
      await route.fulfill({ response: answer, body: Buffer.from(body.map((byte) => byte ^ 1)) })
    }
    await page.evaluate(() => caches.delete('blobs'))
    const isContent = (url: URL) => url.pathname.includes('blob') && !url.pathname.startsWith('/v1/')
    await page.route(isContent, maul)
    await page.reload()
    await page.getByRole('tab', { name: 'Changes 3' }).tap()
    await page.getByText('This is not what the host has signed').first().waitFor()
    expect(await page.locator('.row').count()).toBe(0)
    await page.unroute(isContent)
    await page.getByRole('button', { name: 'Try again' }).first().tap()
    await page.locator('summary', { hasText: large.megabyte }).waitFor()
  })

  test('of what this phone keeps hinders nothing: it opens, the history counts it, and what waits is read anew', async () => {
    await world.startTask(page, 'Touch a file [[act:run]]')
    await page.getByRole('link', { name: /^Run a command/ }).waitFor()
    const id = (await page.getByRole('link', { name: /^Run a command/ }).getAttribute('href'))?.split('/').at(-1)
    await page.goto(`${world.origin}/settings`)
    const broken = { id, jws: 'x' }
    await inStore({
      write: {
        [`approval/${id}`]: broken,
        'approval/apr_0': null,
        'task/tsk_0': 7,
        'outbox/dec_0': {},
        'app/last': {},
      },
    })
    await page.goto(`${world.origin}/history`)
    await page.getByText(/more entries kept here can’t be read/).waitFor()
    await page.getByText('Say hello').first().waitFor()
    await page.goto(`${world.origin}/`)
    await page.getByRole('link', { name: /^Run a command/ }).tap()
    await page.getByRole('button', { name: 'Approve' }).tap()
    await page.locator('.step-done', { hasText: 'Applied by the host' }).waitFor()
  })
})
