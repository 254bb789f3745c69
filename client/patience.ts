import { within } from '#link/clock.ts'
import type { Context } from './context.ts'

/**
 * How long a verb waits for the relay once what it says is kept here: a network may take everything and answer nothing. After `ms` the verb answers as if the relay could not be
 * reached, while what it sends stays under way. `tried`: that has come to its end, whatever came of it, and what is still kept is to be sent again.
 */
export type Patience = { ms: number; tried(): void }

/** What sending comes to, or undefined when nobody would wait any longer: then `late` takes what it comes to. */
export async function sendPatiently<T>(
  { clock, patience }: Pick<Context, 'clock' | 'patience'>,
  sending: Promise<T>,
  late: (sent: T) => Promise<void> = async () => {},
): Promise<T | undefined> {
  if (!patience) return sending
  const sent = await within(clock, patience.ms, sending)
  // Should the store fail then, what was to be sent is still in it.
  if (sent === undefined) void sending.then(late).then(patience.tried, patience.tried)
  return sent
}
