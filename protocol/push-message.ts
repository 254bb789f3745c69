/** What marks a declarative push, which Apple's phones show without the app's worker (RFC 8030 is its number). */
export const declarativeVersion = 8030

/** The sealed text in what a push event carries: as it is, or inside a declarative message. Anything else is handed on, and opens as nothing. */
export function sealedTextOf(carried: string): string {
  if (!carried.startsWith('{')) return carried
  try {
    const message: unknown = JSON.parse(carried)
    const read = message as { web_push?: unknown; notification?: { data?: unknown } }
    const data = read.web_push === declarativeVersion ? read.notification?.data : undefined
    return typeof data === 'string' ? data : carried
  } catch {
    return carried
  }
}
