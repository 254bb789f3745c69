import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { errors, type Refused } from '#protocol/errors.ts'
import { pictureLimits, type SessionPictures } from '../artifacts/session-pictures.ts'
import { readInside } from '../results/read-inside.ts'
import type { Browser } from './find-browser.ts'
import type { Screenshot } from './projects-file.ts'
import { type CommandPorts, type HostCommand, startCommand } from './run-command.ts'

/** A phone and a laptop, in CSS pixels. */
const viewports = ['390,844', '1280,800'] as const
/** Milliseconds until the page has to answer, and for one picture. */
export const screenshotMs = { answer: 60_000, picture: 30_000 } as const

export type ScreenshotPorts = CommandPorts & {
  pictures: Pick<SessionPictures, 'show'>
  /** Null: none is installed. */
  browser: Browser | null
  screenshotMs?: { answer: number; picture: number }
}

const key = 'host-serve'
const mend = 'Look at what it wrote, or mend `screenshot` in projects.yaml in the host’s folder.'
const noBrowser =
  'No pictures of the project’s page were taken: this host has no Chromium. Install it (Debian: apt-get install chromium), or take `screenshot` out of projects.yaml in the host’s folder.'
/** socat is there: the sandbox itself needs it. Any answer will do, a page that tells of an error is worth a picture too. */
const askUntilItAnswers = `while ! printf 'GET / HTTP/1.0\\r\\nHost: %s\\r\\n\\r\\n' "$1" | socat -t 5 - "TCP:$1" 2>/dev/null | head -c 5 | grep -q HTTP/; do sleep 0.2; done`

/**
 * Starts what serves the project's page in the task's sandbox, waits until it answers, photographs it and ends it. The page is what an agent wrote: the browser runs in
 * the same sandbox, apart from the project, and reaches nothing but its loopback. What goes wrong is said, with what to do.
 */
export async function takeScreenshots(screenshot: Screenshot, ports: ScreenshotPorts): Promise<void> {
  const { tell, browser, signal } = ports
  const notice = (text: string) => tell({ type: 'notice', code: 'host_screenshot', text })
  if (browser === null) return notice(noBrowser)
  const tool = { type: 'tool', key, title: screenshot.serve, kind: 'execute' } as const
  tell({ ...tool, status: 'running' })
  const serving = await startCommand(ports, key, screenshot.serve)
  if (!serving.ok) {
    tell({ ...tool, status: 'failed' })
    return notice(`The project’s page could not be served. ${why(serving)}`)
  }
  const problem = (await answers(screenshot, serving.value, ports)) ?? (await photograph(screenshot, browser, ports))
  await serving.value.kill(2_000)
  tell({ ...tool, status: problem === null ? 'completed' : 'failed' })
  if (problem !== null && !signal.aborted) notice(problem)
}

/** Why there is no page; null: it answers. */
async function answers({ url }: Screenshot, serving: HostCommand, ports: ScreenshotPorts): Promise<string | null> {
  const { project, start, signal } = ports
  const { PATH = '' } = ports.environment
  const asking = await start({
    path: '/bin/sh',
    args: ['-c', askUntilItAnswers, 'ask', new URL(url).host],
    cwd: project,
    env: { PATH },
  })
  if (!asking.ok) return `The project’s page could not be asked for. ${why(asking)}`
  const { ended, kill } = asking.value
  const most = (ports.screenshotMs ?? screenshotMs).answer
  const first = await Promise.race([
    ended.then(() => 'answered' as const),
    serving.ended.then(({ code, signal }) => `ended ${signal ? `by ${signal}` : `with exit code ${code}`}`),
    within(most, signal).then(() => null),
  ])
  await kill(0)
  if (first === 'answered') return null
  if (first !== null) return `What serves the project’s page ${first} before the page answered. ${mend}`
  return `The project’s page did not answer at ${url} within ${Math.round(most / 1_000)} seconds. ${mend}`
}

/** Why a picture is missing; null: all were taken. */
async function photograph(screenshot: Screenshot, browser: Browser, ports: ScreenshotPorts): Promise<string | null> {
  const { url, paths = [new URL(url).pathname] } = screenshot
  for (const path of paths)
    for (const viewport of viewports) {
      if (ports.signal.aborted) return null
      const name = `screenshot ${path} ${viewport.replace(',', 'x')}.png`
      const taken = await takeOne(new URL(path, url).href, viewport, browser, ports)
      if (taken === null) return `The browser took no picture of ${path} (${viewport.replace(',', ' × ')}). ${mend}`
      ports.pictures.show(name, taken)
    }
  return null
}

async function takeOne(
  url: string,
  viewport: string,
  browser: Browser,
  ports: ScreenshotPorts,
): Promise<Buffer | null> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-shot-')))
  const file = join(folder, 'shot.png')
  try {
    const started = await ports.start({
      path: browser.path,
      args: [
        // Its own sandbox wants namespaces, which nothing inside may make: the task's holds it.
        ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-breakpad'],
        ...['--no-first-run', '--disable-background-networking', '--disable-component-update', '--no-proxy-server'],
        ...['--hide-scrollbars', `--user-data-dir=${join(folder, 'profile')}`, '--timeout=10000'],
        ...[`--window-size=${viewport}`, `--screenshot=${file}`, url],
      ],
      cwd: folder,
      env: { PATH: '/usr/bin:/bin' },
      apart: { folder, roots: browser.roots },
    })
    if (!started.ok) return null
    const { child, ended, kill } = started.value
    child.stdin.end()
    child.stdout.resume()
    await Promise.race([ended, within((ports.screenshotMs ?? screenshotMs).picture, ports.signal)])
    await kill(0)
    return await readInside(file, folder, pictureLimits.bytes)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** After so many milliseconds, or at once when the task is ended. */
const within = (ms: number, signal: AbortSignal) => wait(ms, undefined, { signal, ref: false }).catch(() => undefined)

const why = ({ code, detail }: Refused) => `${errors[code][1]}${detail ? ` (${detail})` : ''}`
