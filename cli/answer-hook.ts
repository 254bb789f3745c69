import { text as readText } from 'node:stream/consumers'
import { connectControl } from '#host-agent/control-client.ts'
import { hookPlan } from '#host-agent/hooks/hook-agents.ts'
import { type HookAgent, type HookAnswer, HookEvent } from '#host-agent/hooks/hook-event.ts'
import { hookOutput } from '#host-agent/hooks/hook-output.ts'

/** Seconds before its time is over in which a hook has to have answered: one that is late is not heard, and the tool runs. */
const spareSeconds = 10

export type HookCall = {
  agent: HookAgent
  /** COUNTERSIGN_HOME of the host agent. */
  home: string
  headless: boolean
  stdin: NodeJS.ReadableStream
  stdout: { write(text: string): unknown }
}

/**
 * The hook program: passes what the agent says to the host agent, and the host agent's word to the agent. Where there is none, or it is late, it says no, or leaves it to
 * the person at the keyboard where the agent can ask one. Returns the exit code: 2 stops the tool in both agents, also when nothing could be read.
 */
export async function answerHook({ agent, home, headless, stdin, stdout }: HookCall): Promise<number> {
  const event = parse(await readText(stdin))
  if (!event) {
    process.stderr.write('Countersign could not read what the agent said. Nothing was allowed.\n')
    return 2
  }
  const name = event.hook_event_name
  const seconds = hookPlan(agent, headless)[name] ?? 0
  const wait = seconds > 60
  const said = (await ask({ agent, home, event, wait, seconds })) ?? none(headless)
  const output = hookOutput(agent, name, said)
  if (output) stdout.write(`${JSON.stringify(output)}\n`)
  return 0
}

/** Where nobody sits, nobody can be asked either. */
const none = (headless: boolean): HookAnswer => {
  const reason = 'The host agent does not answer. Start it: countersign host'
  return headless ? { answer: 'deny', reason } : { answer: 'keyboard', reason }
}

function parse(line: string): HookEvent | null {
  try {
    return HookEvent.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}

type Asked = { agent: HookAgent; home: string; event: HookEvent; wait: boolean; seconds: number }

async function ask({ agent, home, event, wait, seconds }: Asked): Promise<HookAnswer | null> {
  const control = await connectControl(home)
  if (!control.ok) return null
  const { send, events, close } = control.value
  const late = setTimeout(close, (seconds - spareSeconds) * 1_000)
  send({ verb: 'hook', agent, wait, event })
  try {
    for await (const answer of events) if (answer.event === 'hook') return answer.said as HookAnswer
    return null
  } finally {
    clearTimeout(late)
    close()
  }
}
