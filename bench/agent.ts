// An agent that does nothing but ask, or nothing but tell, as fast as it is let: it speaks ACP on standard input and output.
// The prompt says what: `{"ask":500}` or `{"tell":1000}`. Times are of the monotonic clock, which processes of a machine share.
import { appendFileSync } from 'node:fs'
import { Readable, Writable } from 'node:stream'
import type { ReadableStream, WritableStream } from 'node:stream/web'
import * as acp from '@agentclientprotocol/sdk'

const [log] = process.argv.slice(2)
if (!log) throw new Error('usage: agent.ts LOG')

const note = (fact: Readonly<Record<string, unknown>>) =>
  appendFileSync(log, `${JSON.stringify({ ...fact, at: process.hrtime.bigint().toString() })}\n`)

/** Bytes of a told event's title: with its other fields the event has about 700. */
const titleBytes = 610

const agent = acp
  .agent({ name: 'bench-agent' })
  .onRequest('initialize', () => ({
    protocolVersion: 1,
    agentInfo: { name: 'bench-agent', title: 'Bench agent', version: '1.0.0' },
    agentCapabilities: {},
    authMethods: [],
  }))
  .onRequest('session/new', () => ({
    sessionId: 'bench',
    modes: { currentModeId: 'default', availableModes: [{ id: 'default', name: 'default' }] },
  }))
  .onRequest('session/set_mode', () => ({}))
  .onRequest('session/prompt', async ({ params, client }) => {
    const { sessionId } = params
    const text = params.prompt.map((block) => (block.type === 'text' ? block.text : '')).join('')
    const { ask = 0, tell = 0 } = JSON.parse(text) as { ask?: number; tell?: number }

    for (let n = 0; n < ask; n += 1) {
      const { outcome } = await client.request('session/request_permission', {
        sessionId,
        toolCall: {
          toolCallId: `ask-${n}`,
          title: `Delete out-${n}`,
          kind: 'execute',
          status: 'pending',
          rawInput: { command: `rm -r out-${n}` },
        },
        options: [
          { kind: 'allow_once', optionId: 'allow', name: 'Allow' },
          { kind: 'reject_once', optionId: 'reject', name: 'Reject' },
        ],
      })
      note({ released: n, outcome })
    }

    if (tell > 0) note({ telling: tell })
    for (let n = 0; n < tell; n += 1) {
      await client.notify('session/update', {
        sessionId,
        update: {
          sessionUpdate: 'tool_call',
          toolCallId: `tell-${n}`,
          title: `${n} `.padEnd(titleBytes, 'e'),
          kind: 'other',
          status: 'completed',
        },
      })
    }
    return { stopReason: 'end_turn' }
  })

agent.connect(
  acp.ndJsonStream(
    Writable.toWeb(process.stdout) as WritableStream<Uint8Array> as globalThis.WritableStream<Uint8Array>,
    Readable.toWeb(process.stdin) as ReadableStream<Uint8Array> as globalThis.ReadableStream<Uint8Array>,
  ),
)
