export type Preferences = Readonly<Record<string, string | number | boolean>>

/** What a browser would look up at its start, which nobody here answers. */
const quiet: Preferences = {
  'app.update.enabled': false,
  'app.normandy.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.region.network.url': '',
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.search.update': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.proxy.type': 0,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.telemetry.server': '',
}

const notifications: Preferences = {
  'permissions.default.desktop-notification': 1,
  'dom.webnotifications.actions.enabled': true,
  'dom.webnotifications.requireinteraction.enabled': true,
  'dom.webnotifications.silent.enabled': true,
  // How long after a tap a worker may open a window: a loaded machine is slow.
  'dom.webnotifications.disable_open_click_delay': 60_000,
}

/** `pushUrl`: the WebSocket of a push service; absent: no push. */
export function preferencesFor(pushUrl: string | undefined): Preferences {
  if (pushUrl === undefined) return { ...quiet, ...notifications, 'dom.push.connection.enabled': false }
  return {
    ...quiet,
    ...notifications,
    'dom.push.serverURL': pushUrl,
    'dom.push.testing.allowInsecureServerURL': true,
    'dom.push.connection.enabled': true,
    'dom.push.requestTimeout': 5_000,
    // It comes back soon after a cut: the first also caps its back-off.
    'dom.push.pingInterval': 1_000,
    'dom.push.retryBaseInterval': 200,
    'network.websocket.delay-failed-reconnects': false,
  }
}
