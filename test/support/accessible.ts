import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** What WCAG 2.2 AA forbids and a machine can find on this page, in both themes. */
export async function violationsOf(page: Page): Promise<unknown[]> {
  const found: unknown[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode()
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze()
    found.push(...violations.map(({ id, nodes }) => [colorScheme, id, ...nodes.map(({ html }) => html)]))
  }
  return found
}

/**
 * What does not fit: a page that scrolls sideways, and elements whose text is cut off or stands letter below letter. What scrolls by itself (code of a diff), shortens with a mark and is only for screen
 * readers is left out. At 320 pixels (WCAG 1.4.10) and at text of 200 % on a phone (1.4.4).
 */
export async function cutOff(page: Page): Promise<string[]> {
  const before = page.viewportSize() ?? { width: 390, height: 844 }
  const found: string[] = []
  for (const [name, width, size] of [
    ['320 px', 320, '100%'],
    ['200 %', 390, '200%'],
  ] as const) {
    await page.setViewportSize({ width, height: 844 })
    const cut = await page.evaluate(
      async ([fontSize, wanted]) => {
        const html = document.documentElement
        html.style.fontSize = fontSize
        await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
        const wide = html.scrollWidth > wanted ? [`page of ${html.scrollWidth}`] : []
        const texts = [...document.querySelectorAll<HTMLElement>('#app *')].filter((element) => {
          const { overflowX, textOverflow, clipPath } = getComputedStyle(element)
          const box = element.getBoundingClientRect()
          const isOutside = box.right > wanted + 1 || box.left < -1
          if (clipPath !== 'none' || textOverflow === 'ellipsis' || box.width === 0) return false
          if (
            element.closest('.hidden-words, svg, .tab-icon, summary .tool-title, .rows, pre, table, .replies, .chips')
          )
            return false
          const holdsText = [...element.childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim())
          // A column of letters is no text.
          const longest = Math.max(...(element.textContent ?? '').split(/\s/).map((word) => word.length))
          if (holdsText && longest > 4 && box.width < 2 * Number.parseFloat(getComputedStyle(element).fontSize))
            return true
          if (!holdsText && overflowX !== 'hidden' && overflowX !== 'clip') return false
          return (
            isOutside ||
            (element.clientWidth > 0 && overflowX !== 'auto' && element.scrollWidth > element.clientWidth + 1)
          )
        })
        html.style.fontSize = ''
        return [
          ...wide,
          ...texts.map((element) => `<${element.tagName} ${element.className}> ${element.textContent?.slice(0, 60)}`),
        ]
      },
      [size, width] as const,
    )
    found.push(...cut.map((what) => `${name}: ${what}`))
  }
  await page.setViewportSize(before)
  return found
}
