// The host agent as `countersign host` runs it, with the bench's agent. Prints every event with the monotonic time at which it was told; lines on
// standard input are codes to type.
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { startHost } from '#host-agent/main.ts'

const [home, relayUrl, claimPath, project, agentLog] = process.argv.slice(2)
if (!home || !relayUrl || !claimPath || !project || !agentLog)
  throw new Error('usage: host.ts HOME RELAY CLAIM PROJECT LOG')

const say = (fact: object) =>
  process.stdout.write(`${JSON.stringify({ at: process.hrtime.bigint().toString(), ...fact })}\n`)
const started = await startHost({
  home,
  relayUrl,
  claimPath,
  projects: [project],
  agentCommand: `${process.execPath} ${join(import.meta.dirname, 'agent.ts')} ${agentLog}`,
  allowUnproven: true,
  log: { info: (fields, message) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`) },
  onEvent: say,
})
if (!started.ok) throw new Error(`${started.code} ${started.detail ?? ''}`)
const host = started.value
say({ event: 'ready', hostId: host.hostId })
createInterface({ input: process.stdin }).on('line', (code) => {
  const typed = code === 'offer' ? host.offerPairing() : host.typeCode(code)
  if ('ok' in typed && !typed.ok) process.stderr.write(`code: ${typed.code}\n`)
})
process.on('SIGTERM', () => void host.stop().then(() => process.exit()))
