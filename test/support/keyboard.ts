import type { Page } from 'playwright-core'

/** What has the focus: its words, and whether something that stays on the screen lies over its middle (WCAG 2.4.11). */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null
    if (!element || element === document.body) return { name: '', isCovered: false }
    const { labels } = element as HTMLInputElement
    const name = element.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? element.textContent ?? ''
    const { left, top, width, height } = element.getBoundingClientRect()
    const over = document.elementFromPoint(left + width / 2, top + height / 2)
    return { name: name.trim(), isCovered: !over || !(element.contains(over) || over.contains(element)) }
  })

/** Presses the tab key until that has the focus; on the way nothing may be covered. Throws when the keyboard does not lead there. */
export async function tabTo(page: Page, name: string | RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = []
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press(key)
    const now = await focused(page)
    if (now.isCovered) throw new Error(`“${now.name}” has the focus and is covered`)
    if (typeof name === 'string' ? now.name === name : name.test(now.name)) return
    passed.push(now.name)
  }
  throw new Error(`The keyboard does not lead to ${name}: ${[...new Set(passed)].join(' | ')}`)
}
