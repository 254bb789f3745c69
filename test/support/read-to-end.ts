import type { Page } from 'playwright-core'

/** Scrolls to the end of what is asked, as somebody who reads it does: only then the app lets a risky operation be approved. */
export async function readToEnd(page: Page): Promise<void> {
  // Scrolled sooner it would be the screen before.
  await page.locator('.answer-bar').getByRole('button', { name: /^Deny/ }).first().waitFor()
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
}
