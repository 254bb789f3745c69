import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MessageBus, sessionBus, type Variant } from 'dbus-next'
import { type Changes, createChanges, until } from '../wait.ts'
import { NotificationsInterface } from './notifications-interface.ts'

/** A notification as the browser posted it. */
export type TrayNotification = {
  id: number
  title: string
  body: string
  /** Buttons in their order; the browser may add one of its own ("Settings"). */
  actions: readonly { key: string; label: string }[]
  /** Urgency, `resident` and so on; pictures are left out. */
  hints: Readonly<Record<string, unknown>>
}

export type NotificationTray = {
  /** For the browser's environment: the bus on which it finds this tray. */
  env: { DBUS_SESSION_BUS_ADDRESS: string }
  /** What is shown now. */
  shown(): readonly TrayNotification[]
  /** All that was ever posted, replaced ones included. */
  history(): readonly TrayNotification[]
  changes: Changes
  /** Waits until a notification is shown that fits: this title, or what the function says. */
  until(fits: string | ((one: TrayNotification) => boolean), timeoutMs?: number): Promise<TrayNotification>
  /** Taps a button by its label, or the notification itself without one; as in a real tray it then goes away. Trusted in the worker. */
  tap(notification: TrayNotification, label?: string): void
  /** Swipes it away. */
  dismiss(notification: TrayNotification): void
  close(): Promise<void>
}

const reasons = { dismissed: 2, closedByBrowser: 3 } as const

/**
 * A desktop's notification tray, worked by the test: a private D-Bus with `org.freedesktop.Notifications` on it (Desktop Notifications Specification 1.2).
 * Needs `dbus-daemon`.
 */
export async function startNotificationTray(): Promise<NotificationTray> {
  const bus = await startBus()
  const shown = new Map<number, TrayNotification>()
  const history: TrayNotification[] = []
  const changes = createChanges()
  let lastId = 0

  const own = new NotificationsInterface({
    notify({ replaces, title, body, actions, hints }) {
      const isReplacing = shown.has(replaces)
      if (!isReplacing) lastId += 1
      const id = isReplacing ? replaces : lastId
      const notification = { id, title, body, actions: pairsOf(actions), hints: readHints(hints) }
      shown.set(id, notification)
      history.push(notification)
      changes.changed()
      return id
    },
    close: (id) => remove(id, reasons.closedByBrowser),
  })
  const remove = (id: number, reason: number) => {
    if (!shown.delete(id)) return
    own.NotificationClosed(id, reason)
    changes.changed()
  }
  await bus.connection.requestName('org.freedesktop.Notifications', 0)
  bus.connection.export('/org/freedesktop/Notifications', own)

  const describe = ({ title, actions }: TrayNotification) =>
    `${title} [${actions.map(({ label }) => label).join(', ')}]`
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: bus.address },
    shown: () => [...shown.values()],
    history: () => history,
    changes,
    until(fits, timeoutMs = 30_000) {
      const isIt = typeof fits === 'string' ? ({ title }: TrayNotification) => title === fits : fits
      const name = typeof fits === 'string' ? `the notification "${fits}"` : 'a notification that fits'
      const what = () => `${name}; there were: ${history.map(describe).join('; ') || 'none'}`
      return until(() => [...shown.values()].find(isIt), { what, timeoutMs, on: changes })
    },
    tap(notification, label) {
      const action = notification.actions.find((one) =>
        label === undefined ? one.key === 'default' : one.label === label,
      )
      if (!action) throw new Error(`no button ${label ?? '(the body)'} on ${describe(notification)}`)
      own.ActivationToken(notification.id, `token-${notification.id}`)
      own.ActionInvoked(notification.id, action.key)
      if (!notification.hints.resident) remove(notification.id, reasons.dismissed)
    },
    dismiss: ({ id }) => remove(id, reasons.dismissed),
    close: bus.close,
  }
}

async function startBus(): Promise<{ address: string; connection: MessageBus; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bus-'))
  const config = join(folder, 'session.conf')
  writeFileSync(config, busConfig(join(folder, 'bus')))
  const args = [`--config-file=${config}`, '--nofork', '--nopidfile', '--print-address']
  const daemon = spawn('dbus-daemon', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const exited = new Promise<void>((resolve) => daemon.once('close', () => resolve()))
  const address = await new Promise<string>((resolve, reject) => {
    daemon.stdout.once('data', (line: Buffer) => resolve(line.toString().trim()))
    daemon.once('error', reject)
    daemon.once('exit', (code) => reject(new Error(`dbus-daemon ended with ${code}`)))
  })
  const connection = sessionBus({ busAddress: address })
  connection.on('error', () => {}) // the end of the bus, which close() brings about
  const close = async () => {
    connection.disconnect()
    daemon.kill()
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
  return { address, connection, close }
}

const busConfig = (path: string) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
`

/** The specification sends actions as key, label, key, label… */
function pairsOf(flat: readonly string[]): { key: string; label: string }[] {
  return flat.flatMap((key, index) => (index % 2 === 0 ? [{ key, label: flat[index + 1] ?? '' }] : []))
}

function readHints(hints: Readonly<Record<string, Variant<unknown>>>): Record<string, unknown> {
  const kept = Object.entries(hints).filter(([name]) => !/^(image|icon)[-_]data$/.test(name))
  return Object.fromEntries(kept.map(([name, { value }]) => [name, value]))
}
