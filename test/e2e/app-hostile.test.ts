import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppWorld } from '../support/app-world.ts'
import { openAppWorld } from '../support/app-world.ts'
import { hostileStrings } from '../support/hostile-strings.ts'
import { suite } from '../support/needs.ts'
import { until } from '../support/wait.ts'

type Seen = { marks: string[]; unseen: string[]; foreign: string[] }

/** Opens what is folded and reads what the page shows now: marks of hostile texts, characters that nobody sees, and elements that no text should have made. */
const look = (page: Page): Promise<Seen> =>
  page.evaluate(() => {
    for (const fold of document.querySelectorAll('details')) fold.open = true
    const marks = new Set<string>()
    const unseen = new Set<string>()
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.nodeValue ?? ''
      for (const [mark] of text.matchAll(/h\d{4}/g)) marks.add(mark)
      const hidden = /[^\P{C}\n\t]|\p{Zl}|\p{Zp}|\p{Variation_Selector}|[\u115f\u1160\u2800\u3164\uffa0]/u.exec(text)
      if (hidden) unseen.add(`U+${hidden[0].codePointAt(0)?.toString(16)} in ${text.slice(0, 60)}`)
    }
    const foreign = [
      ...document.querySelectorAll(
        '.screen :is(img, script, iframe, style, base, meta, form:not(.answer-bar), math, object, embed)',
      ),
    ]
    const links = [...document.querySelectorAll<HTMLAnchorElement>('a[href]')].filter(
      ({ protocol }) => !/^https?:$/.test(protocol),
    )
    return {
      marks: [...marks],
      unseen: [...unseen],
      foreign: [...foreign, ...links].map((element) => element.outerHTML.slice(0, 120)),
    }
  })

/** Looks at the whole page, a screen at a time. */
async function lookAll(page: Page): Promise<Seen> {
  const all = { marks: new Set<string>(), unseen: new Set<string>(), foreign: new Set<string>() }
  await page.evaluate(() => window.scrollTo(0, 0))
  for (let still = 0; still < 3; ) {
    const seen = await look(page)
    for (const name of ['marks', 'unseen', 'foreign'] as const) for (const item of seen[name]) all[name].add(item)
    const moved = await page.evaluate(
      () =>
        new Promise<boolean>((resolve) => {
          const before = window.scrollY
          window.scrollBy(0, window.innerHeight * 0.8)
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(window.scrollY > before + 1)))
        }),
    )
    still = moved ? 0 : still + 1
  }
  return { marks: [...all.marks], unseen: [...all.unseen], foreign: [...all.foreign] }
}

suite('What an agent writes to deceive', { needs: ['chromium', 'dbus-daemon'] }, () => {
  let world: AppWorld
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    world = await openAppWorld()
    page = await world.chromium.newPage()
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, sourceFile }) =>
        console.error(`Content Security Policy: ${violatedDirective} ${sourceFile}`),
      )
    })
    page.on('console', (message) => {
      if (/Content.Security.Policy|Trusted/i.test(message.text())) complaints.push(message.text())
    })
    page.on('dialog', (dialog) => {
      complaints.push(dialog.message())
      void dialog.dismiss()
    })
    await world.pair(page)
  })
  afterAll(() => world?.close())

  test('2,000 texts in every place of a task: nothing runs, nothing is hidden, no report', {
    timeout: 420_000,
  }, async () => {
    await world.startTask(page, `${hostileStrings(1)[0]} \u202e<img src=x onerror=alert(1)> [[act:hostile]]`)
    await until(
      () =>
        page.evaluate(() => {
          window.scrollTo(0, document.documentElement.scrollHeight)
          return document.body.textContent?.includes('h2321')
        }),
      { what: 'the last text', timeoutMs: 180_000 },
    )
    const activity = await lookAll(page)
    await page.getByRole('tab', { name: /^Changes/ }).tap()
    const changes = await lookAll(page)
    await page.goto(`${world.origin}/tasks`)
    await page.getByText('h0001').first().waitFor()
    const list = await lookAll(page)
    await page.goto(world.origin)
    const waiting = await lookAll(page)
    for (const seen of [activity, changes, list, waiting]) {
      expect(seen.unseen).toEqual([])
      expect(seen.foreign).toEqual([])
    }
    const marks = new Set([...activity.marks, ...changes.marks, ...list.marks])
    expect(marks.size).toBeGreaterThanOrEqual(2_000)
    expect(await page.evaluate(() => 'owned' in window)).toBe(false)
    expect(complaints).toEqual([])
  })
})
