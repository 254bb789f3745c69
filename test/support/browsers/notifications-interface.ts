import { interface as dbus, type Variant } from 'dbus-next'

export type Posted = {
  /** The id of the notification to replace; 0: none. */
  replaces: number
  title: string
  body: string
  actions: string[]
  hints: Record<string, Variant<unknown>>
}

export type NotificationsHandler = { notify(posted: Posted): number; close(id: number): void }

/**
 * `org.freedesktop.Notifications` as D-Bus sees it. Methods are called by browsers; calling NotificationClosed, ActionInvoked or ActivationToken sends
 * that signal: `configureMembers` wraps them.
 */
export class NotificationsInterface extends dbus.Interface {
  readonly #handler: NotificationsHandler

  constructor(handler: NotificationsHandler) {
    super('org.freedesktop.Notifications')
    this.#handler = handler
  }

  GetCapabilities(): string[] {
    return ['actions', 'body', 'body-markup', 'persistence', 'icon-static', 'action-icons']
  }

  GetServerInformation(): [string, string, string, string] {
    return ['countersign-tray', 'countersign', '1.0', '1.2']
  }

  Notify(
    _app: string,
    replaces: number,
    _icon: string,
    title: string,
    body: string,
    actions: string[],
    hints: Record<string, Variant<unknown>>,
    _timeout: number,
  ): number {
    return this.#handler.notify({ replaces, title, body, actions, hints })
  }

  CloseNotification(id: number): void {
    this.#handler.close(id)
  }

  NotificationClosed(id: number, reason: number): [number, number] {
    return [id, reason]
  }

  ActionInvoked(id: number, key: string): [number, string] {
    return [id, key]
  }

  ActivationToken(id: number, token: string): [number, string] {
    return [id, token]
  }
}

NotificationsInterface.configureMembers({
  methods: {
    GetCapabilities: { inSignature: '', outSignature: 'as' },
    GetServerInformation: { inSignature: '', outSignature: 'ssss' },
    Notify: { inSignature: 'susssasa{sv}i', outSignature: 'u' },
    CloseNotification: { inSignature: 'u', outSignature: '' },
  },
  signals: {
    NotificationClosed: { signature: 'uu' },
    ActionInvoked: { signature: 'us' },
    ActivationToken: { signature: 'us' },
  },
})
