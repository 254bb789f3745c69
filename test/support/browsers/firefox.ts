import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Autopush } from '../push/autopush.ts'
import { type Bidi, connectBidi } from './bidi.ts'
import { type FirefoxPage, openFirefoxPage } from './firefox-page.ts'
import { type Preferences, preferencesFor } from './firefox-preferences.ts'
import type { NotificationTray } from './notification-tray.ts'
import { environmentWith, openProfile } from './profile.ts'

export type FirefoxOptions = {
  /** Its push service; absent: none, and subscribing fails. */
  autopush?: Pick<Autopush, 'url'>
  /** Where its notifications go, by libnotify (`notify-send` among a suite's needs); absent: none can be shown, and pushes fail. */
  tray?: Pick<NotificationTray, 'env'>
  /** A folder that outlives this browser, to start another one on it. */
  profile?: string
  /** More preferences. */
  preferences?: Preferences
}

export type Firefox = {
  /** All that isn't here. */
  bidi: Bidi
  newPage(url?: string): Promise<FirefoxPage>
  /** Ends it at once, as a phone whose battery is empty. A given profile stays. */
  kill(): Promise<void>
  close(): Promise<void>
}

/** Starts Debian's Firefox ESR, headless, over WebDriver BiDi alone, with its real push client. Any site may show notifications. */
export async function launchFirefox(options: FirefoxOptions = {}): Promise<Firefox> {
  const { autopush, tray, preferences = {} } = options
  const profile = openProfile(options.profile, 'firefox')
  // They must stand here before the start: set later, the remote agent's own choices win, and those turn push off.
  const lines = Object.entries({ ...preferencesFor(autopush?.url), ...preferences }).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  )
  writeFileSync(join(profile.folder, 'user.js'), lines.join(''))
  const args = ['--headless', '--no-remote', '--new-instance', '--profile', profile.folder]
  const child = spawn('firefox-esr', [...args, '--remote-debugging-port', '0', 'about:blank'], {
    env: environmentWith({
      DBUS_SESSION_BUS_ADDRESS: 'disabled:',
      ...tray?.env,
      HOME: profile.folder,
      MOZ_CRASHREPORTER_DISABLE: '1',
      MOZ_DISABLE_AUTO_SAFE_MODE: '1',
    }),
    // A process group of its own: kill() ends its helpers too.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const killGroup = () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL')
  }
  try {
    const bidi = await connectBidi(`${await addressOf(child)}/session`)
    await bidi.send('session.new', { capabilities: {} })
    const end = async () => {
      await exited
      bidi.close()
      profile.leave()
    }
    return {
      bidi,
      async newPage(url) {
        const page = await openFirefoxPage(bidi)
        if (url !== undefined) await page.goto(url)
        return page
      },
      kill() {
        killGroup()
        return end()
      },
      close() {
        const patience = setTimeout(killGroup, 10_000)
        // The browser may be gone before it answers, or already.
        bidi.send('browser.close').catch(killGroup)
        return end().finally(() => clearTimeout(patience))
      },
    }
  } catch (error) {
    killGroup()
    profile.leave()
    throw error
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const fail = (what: string) => reject(new Error(`Firefox ${what}:\n${output}`))
    const patience = setTimeout(() => fail('opened no BiDi port'), 60_000)
    child.stderr?.on('data', (chunk: Buffer) => {
      output += chunk
      const address = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(output)?.[1]
      if (address === undefined) return
      clearTimeout(patience)
      resolve(address)
    })
    child.once('error', reject)
    child.once('exit', (code) => fail(`ended with ${code}`))
  })
}
