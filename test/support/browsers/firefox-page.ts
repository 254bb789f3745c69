import { until } from '../wait.ts'
import type { Bidi } from './bidi.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/** A tab of Firefox. Functions run in the page: they see nothing of the test but their arguments, which pass as JSON, as does what they return. */
export type FirefoxPage = {
  goto(url: string): Promise<void>
  /** Counts as a tap of the person, where the page needs one. */
  evaluate<Args extends readonly Json[], T>(work: (...args: Args) => T | Promise<T>, ...args: Args): Promise<T>
  /** Evaluates until it is truthy, and returns that. */
  until<Args extends readonly Json[], T>(work: (...args: Args) => T | Promise<T>, ...args: Args): Promise<T>
  /** A real, trusted pointer on the middle of the first element that fits the CSS selector; waits for it. */
  click(selector: string): Promise<void>
  /** Clicks the element and types. */
  type(selector: string, text: string): Promise<void>
  /** The text of the first element that fits; waits for it. */
  text(selector: string): Promise<string>
  /** A PNG of what is seen. */
  screenshot(): Promise<Buffer>
  setViewport(width: number, height: number, devicePixelRatio?: number): Promise<void>
  close(): Promise<void>
}

type ScriptResult =
  | { type: 'success'; result: { value?: unknown; sharedId?: string } }
  | { type: 'exception'; exceptionDetails: { text: string } }

const script = 'script.callFunction'

/** A page that is left while it is asked gives no answer: whoever waits asks the next one. */
const unlessLeft = (error: unknown): undefined => {
  if (error instanceof Error && /destroyed|discarded|no such (frame|node)|AbortError/i.test(error.message))
    return undefined
  throw error
}

/** Nor can what is drawn anew meanwhile be tapped. */
const unlessGone = (error: unknown): undefined =>
  error instanceof Error && /is not displayed|stale element|no such element/i.test(error.message)
    ? undefined
    : unlessLeft(error)

export async function openFirefoxPage(bidi: Bidi): Promise<FirefoxPage> {
  const { context } = (await bidi.send('browsingContext.create', { type: 'tab' })) as { context: string }
  const target = { context }

  const call = async (functionDeclaration: string, args: readonly unknown[]) => {
    const json = [{ type: 'string', value: JSON.stringify(args) }]
    const params = { functionDeclaration, arguments: json, target, awaitPromise: true, userActivation: true }
    const called = (await bidi.send(script, params)) as ScriptResult
    if (called.type === 'exception') throw new Error(`in the page: ${called.exceptionDetails.text}`)
    return called.result
  }
  const evaluate = async <Args extends readonly Json[], T>(
    work: (...args: Args) => T | Promise<T>,
    ...args: Args
  ): Promise<T> => {
    const { value } = await call(`async (json) => JSON.stringify((await (${work})(...JSON.parse(json))) ?? null)`, args)
    return JSON.parse(String(value))
  }
  const untilTrue: FirefoxPage['until'] = async (work, ...args) => {
    const found = await until(async () => ({ value: await evaluate(work, ...args).catch(unlessLeft) }).value, {
      what: () => `in the page: ${work}`,
    })
    return found as Awaited<ReturnType<typeof work>>
  }
  const find = (selector: string) =>
    until(
      async () => {
        // An element that is scrolled into view and shown: what a person could tap.
        const found = await call(
          `(json) => {
            const element = document.querySelector(JSON.parse(json)[0])
            element?.scrollIntoView({ block: 'center' })
            return element?.getClientRects().length ? element : null
          }`,
          [selector],
        ).catch(unlessLeft)
        return found?.sharedId
      },
      { what: `an element ${selector}` },
    )
  // What is drawn anew between looking and tapping is looked for again: the finger has not moved yet.
  const click = async (selector: string) => {
    await until(() => tap(selector).then(() => true, unlessGone), { what: `a tap on ${selector}` })
  }
  const tap = async (selector: string) => {
    const origin = { type: 'element', element: { sharedId: await find(selector) } }
    const actions = [
      { type: 'pointerMove', x: 0, y: 0, origin },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ]
    await bidi.send('input.performActions', { context, actions: [{ type: 'pointer', id: 'finger', actions }] })
  }

  return {
    async goto(url) {
      await bidi.send('browsingContext.navigate', { context, url, wait: 'complete' })
    },
    evaluate,
    until: untilTrue,
    click,
    async type(selector, text) {
      await click(selector)
      const actions = [...text].flatMap((value) => [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ])
      await bidi.send('input.performActions', { context, actions: [{ type: 'key', id: 'keys', actions }] })
    },
    async text(selector) {
      await find(selector)
      return evaluate((css) => document.querySelector(css)?.textContent ?? '', selector)
    },
    async screenshot() {
      const { data } = (await bidi.send('browsingContext.captureScreenshot', { context })) as { data: string }
      return Buffer.from(data, 'base64')
    },
    async setViewport(width, height, devicePixelRatio = 1) {
      await bidi.send('browsingContext.setViewport', { context, viewport: { width, height }, devicePixelRatio })
    },
    async close() {
      await bidi.send('browsingContext.close', { context })
    },
  }
}
