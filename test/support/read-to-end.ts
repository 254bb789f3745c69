import type { Page } from 'playwright-core'

/** Scrolls to the end of what is asked, as somebody who reads it does: only then the app lets a risky operation be approved. */
export const readToEnd = (page: Page): Promise<void> =>
  page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
