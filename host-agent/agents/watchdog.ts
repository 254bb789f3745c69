import type { RunEnd } from './driver.ts'

/** Says that a turn is silent, once a silence, and in the end gives it up. */
export function watchdog(
  { quietMs, silenceMs }: { quietMs: number; silenceMs: number },
  client: { quietSince(): number | null },
  say: (words: string) => void,
) {
  let timer: NodeJS.Timeout | undefined
  let told: number | null = null
  const hung = new Promise<{ end: RunEnd }>((resolve) => {
    const look = () => {
      const since = client.quietSince()
      if (since === null) return
      const silent = performance.now() - since
      if (silent > silenceMs)
        resolve({ end: { state: 'failed', code: 'agent_silent', detail: `it said nothing for ${spoken(silenceMs)}` } })
      else if (silent > quietMs && told !== since) {
        told = since
        say(
          `The agent has said nothing for ${spoken(silent)}. Cancel the task, or wait: after ${spoken(silenceMs)} it is ended.`,
        )
      }
    }
    timer = setInterval(look, Math.min(quietMs / 2, silenceMs / 4, 15_000))
  })
  return { hung, stop: () => clearInterval(timer) }
}

const spoken = (ms: number) =>
  ms < 90_000 ? `${Math.round(ms / 1_000)} seconds` : `${Math.round(ms / 60_000)} minutes`
