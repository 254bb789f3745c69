/** The names under which browsers' push services are known, as far as tests use them; Chromium without a brand takes the second. */
export const pushHosts = [
  'fcm.googleapis.com',
  'jmt17.google.com',
  'updates.push.services.mozilla.com',
  'web.push.apple.com',
] as const
