import { text as readText } from 'node:stream/consumers'
import { connectControl } from '#host-agent/control/control-client.ts'
import { hookPlan, hookSeconds } from '#host-agent/hooks/hook-agents.ts'
import { type HookAgent, type HookAnswer, HookEvent } from '#host-agent/hooks/hook-event.ts'
import { hookOutput } from '#host-agent/hooks/hook-output.ts'
import type { Clock } from '#link/clock.ts'

/**
 * Seconds of a hook's time that are kept for its shell and its own start, and again for reading what the agent says: one that is late is not heard, and the
 * tool runs.
 */
export const spareSeconds = 10

export type HookCall = {
  agent: HookAgent
  /** COUNTERSIGN_HOME of the host agent. */
  home: string
  headless: boolean
  stdin: NodeJS.ReadableStream
  stdout: { write(text: string): unknown }
  clock: Clock
}

/**
 * The hook program: passes what the agent says to the host agent, and the host agent's word to the agent. Where there is none, or it is late, it says no, or leaves it to
 * the person at the keyboard where the agent can ask one. Returns the exit code: 2 stops the tool in both agents, also when nothing could be read.
 */
export async function answerHook({ agent, home, headless, stdin, stdout, clock }: HookCall): Promise<number> {
  const event = parse(await readInTime(clock, stdin))
  if (!event) {
    process.stderr.write('Countersign could not read what the agent said. Nothing was allowed.\n')
    return 2
  }
  const name = event.hook_event_name
  // Of one that we did not install nobody knows how much time it has.
  const seconds = hookPlan(agent, headless)[name] ?? hookSeconds.atOnce
  const wait = seconds > hookSeconds.atOnce
  const answerMs = (seconds - 2 * spareSeconds) * 1_000
  const said = (await ask({ agent, home, event, wait, answerMs, clock })) ?? none(headless)
  const output = hookOutput(agent, name, said)
  if (output) stdout.write(`${JSON.stringify(output)}\n`)
  return 0
}

/** Where nobody sits, nobody can be asked either. */
const none = (headless: boolean): HookAnswer => {
  const reason = 'The host agent does not answer. Start it: countersign host'
  return headless ? { answer: 'deny', reason } : { answer: 'keyboard', reason }
}

/** Empty: it did not come to its end in time. */
function readInTime(clock: Clock, stdin: NodeJS.ReadableStream): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const cancel = clock.after(spareSeconds * 1_000, () => resolve(''))
  readText(stdin).then(resolve, reject)
  return promise.finally(cancel)
}

function parse(line: string): HookEvent | null {
  try {
    return HookEvent.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}

type Asked = { agent: HookAgent; home: string; event: HookEvent; wait: boolean; answerMs: number; clock: Clock }

/** Null: there is no host agent, it ended, or it is late. */
async function ask({ agent, home, event, wait, answerMs, clock }: Asked): Promise<HookAnswer | null> {
  const control = await connectControl(home)
  if (!control.ok) return null
  const { send, events, close } = control.value
  const cancel = clock.after(answerMs, close)
  send({ verb: 'hook', agent, wait, event })
  try {
    for await (const answer of events) if (answer.event === 'hook') return answer.said as HookAnswer
    return null
  } finally {
    cancel()
    close()
  }
}
