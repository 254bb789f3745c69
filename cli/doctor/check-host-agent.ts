import { visible } from '#client/display.ts'
import { connectControl } from '#host-agent/control/control-client.ts'
import type { Check } from './checks.ts'

/** One that is busy answers within this; one that hangs does not. */
const answerMs = 5_000

/** What the host agent that runs here says of itself, as far as the doctor wants to know it. */
type Running = { name: string; relay: string; paired: boolean; connection: string; agent: string; sandbox: string }

/** Whether a host agent runs on this machine and has its relay; `relay` is that one's address. None that runs is no fault: a machine need not be a host. */
export async function checkHostAgent(home: string): Promise<Check & { relay?: string }> {
  const name = 'host agent'
  const control = await connectControl(home)
  if (!control.ok)
    return { name, state: 'absent', detail: 'none runs here: countersign host, or countersign host install' }
  const { send, events, close } = control.value
  const late = setTimeout(close, answerMs)
  send({ verb: 'status' })
  try {
    for await (const { event, ...said } of events) {
      if (event === 'status') return { name, ...judge(said as Running) }
    }
  } finally {
    clearTimeout(late)
    close()
  }
  return { name, state: 'wrong', detail: 'it runs and does not answer: stop it and start it again' }
}

function judge({ name, relay, paired, connection, agent, sandbox }: Running): Omit<Check, 'name'> & { relay: string } {
  const detail = `${visible(name)} runs, its agent is ${visible(agent)}, its tasks are ${sandbox}`
  if (!paired) return { state: 'absent', detail: `${detail}; not paired yet: countersign pair`, relay }
  const isOnline = connection === 'online'
  return {
    state: isOnline ? 'good' : 'wrong',
    detail: `${detail}; ${isOnline ? 'connected to' : 'has no connection to'} ${relay}`,
    relay,
  }
}
