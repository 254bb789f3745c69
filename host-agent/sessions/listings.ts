import { isErrorCode, type Result, refused } from '#protocol/errors.ts'
import type { Listing } from '#protocol/statements/listing.ts'
import type { AgentSession, Driver } from '../agents/driver.ts'
import type { Governance } from '../canary/governance.ts'
import type { HostContext } from '../context.ts'
import type { HostSandbox } from '../sandbox/host-sandbox.ts'
import { createRedactor } from '../secrets/redact.ts'
import { takerOf } from '../tasks/taker-of.ts'
import { whyHalted } from '../team/why-halted.ts'
import { fitListings } from './fit-listings.ts'
import { sessionSandbox } from './session-sandbox.ts'

/** Listings that wait for the one before; each starts an agent. */
const waitingMost = 4

type Wanted = { agent?: string | undefined; project?: string | undefined }

/** What devices asked of agents' sessions, and what was answered. */
export type Listings = {
  /** Asks the agent, one after the other; the answer is told by the status, under the input's id. */
  ask(input: string, wanted: Wanted): void
  /** The answers of the last minutes, as far as a status holds them. */
  known(): Listing[]
  /** Ends the agent that is asked, and asks none of those that wait. */
  stop(): void
}

export type ListingsPorts = {
  drivers: readonly Driver[]
  projects: readonly { path: string; name: string }[]
  environment: Readonly<Record<string, string | undefined>>
  sandbox: HostSandbox | null
  admit: Governance['admit']
}

export function createListings(context: HostContext, ports: ListingsPorts): Listings {
  const { clock, log, memory } = context
  let answered: Listing[] = []
  let waiting = 0
  let controller = new AbortController()
  let last: Promise<void> = Promise.resolve()

  async function sessionsOf(driver: Driver, project: string, signal: AbortSignal): Promise<Result<AgentSession[]>> {
    const halted = memory.isLocked() ? 'host_locked' : whyHalted(context)
    if (halted) return refused(halted)
    if (!driver.listSessions) return refused('sessions_unsupported')
    const refusal = await ports.admit(driver, () => {})
    if (refusal) return refusal
    if (signal.aborted) return refused('host_locked')
    const sandbox = sessionSandbox({
      host: ports.sandbox,
      project,
      source: project,
      // It is asked what it remembers, and has nothing to do here.
      writable: () => 'none',
      agent: driver.name,
      ask: async () => ({ answer: 'canceled' }),
      executed() {},
      onViolation() {},
    })
    const { environment } = ports
    return driver.listSessions({ project, environment, start: sandbox.start, signal }).finally(sandbox.close)
  }

  async function answer(input: string, wanted: Wanted, signal: AbortSignal): Promise<void> {
    const chosen = takerOf(wanted, ports.drivers, ports.projects)
    const found = chosen.ok ? await sessionsOf(chosen.value.driver, chosen.value.project.path, signal) : chosen
    if (!found.ok) log('sessions.unlisted', { code: found.code, detail: found.detail ?? null })
    const redactor = createRedactor('', context.knownSecrets)
    keep({
      input,
      agent: chosen.ok ? chosen.value.driver.name : (wanted.agent ?? ''),
      project: chosen.ok ? chosen.value.project.path : (wanted.project ?? ''),
      sessions: (found.ok ? found.value : []).map(({ title, ...session }) => ({
        ...session,
        ...(title === undefined ? {} : { title: redactor.redact(title).slice(0, 120) }),
      })),
      ...(found.ok ? {} : { code: isErrorCode(found.code) ? found.code : 'internal' }),
      at: clock.now(),
    })
  }

  function keep(listing: Listing): void {
    answered = fitListings([listing, ...answered], clock.now())
    context.statusChanged()
  }

  return {
    ask(input, wanted) {
      if (waiting >= waitingMost) {
        const { agent = '', project = '' } = wanted
        keep({ input, agent, project, sessions: [], code: 'too_many_requests', at: clock.now() })
        return
      }
      waiting += 1
      const { signal } = controller
      last = last
        .then(() => answer(input, wanted, signal))
        .catch((error: Error) => log('sessions.failed', { reason: error.message }))
        .finally(() => {
          waiting -= 1
        })
    },
    known: () => fitListings(answered, clock.now()),
    stop() {
      controller.abort()
      controller = new AbortController()
    },
  }
}
