import type { Page } from 'playwright-core'

export type Seen = { marks: string[]; unseen: string[]; foreign: string[] }

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
        '.screen :is(img, script, iframe, style, base, meta, form:not(.answer-bar, .stack, .whole-form), math, object, embed)',
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
export async function lookAll(page: Page): Promise<Seen> {
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

/** Collects what the browser says against the page from now on: reports of its policy, and dialogs. */
export async function watchComplaints(page: Page): Promise<string[]> {
  const complaints: string[] = []
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
  return complaints
}
