/**
 * A program that begins as an agent of the Agent Client Protocol and then misbehaves on the wire, below what the protocol's own library lets anybody do. No library here.
 *
 *   node bad-agent.ts deaf|garbage|duplicates|endless-line|flood|babble|asks|asks-in-turn|spends|hogs|runs-on [COUNT]
 */
import { execFile } from 'node:child_process'
import { createInterface } from 'node:readline'

const [how = '', count = '0'] = process.argv.slice(2)
type Message = { id?: number | string; method?: string; result?: unknown; params?: { prompt?: { text?: string }[] } }
let words = ''
let promptId: Message['id']
let turn = 0
const answers = new Map<number | string, () => void>()

/** Resolves when the pipe has room: who writes faster than anybody reads has to keep it all itself. */
const write = (text: string) =>
  new Promise<void>((resolve) => {
    if (process.stdout.write(text)) resolve()
    else process.stdout.once('drain', resolve)
  })
const send = (message: object) => write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
const update = (more: object) => send({ method: 'session/update', params: { sessionId: 's', update: more } })
const say = (text: string) => update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } })
const end = () => send({ id: promptId, result: { stopReason: 'end_turn' } })
const options = [
  { kind: 'allow_once', optionId: 'yes', name: 'Yes' },
  { kind: 'reject_once', optionId: 'no', name: 'No' },
]
async function ask(n: number): Promise<void> {
  const command = `touch asked-${n}.txt`
  const toolCall = { toolCallId: `t${n}`, title: command, kind: 'execute', status: 'pending', rawInput: { command } }
  const answered = new Promise<void>((resolve) => answers.set(`q${n}`, resolve))
  await send({ id: `q${n}`, method: 'session/request_permission', params: { sessionId: 's', toolCall, options } })
  await answered
}

const turns: Readonly<Record<string, () => Promise<unknown>>> = {
  async garbage() {
    await write('this is no JSON\n{"half": \n[1,2]\nnull\n"a word"\n7\n{}\n\u0000\u0001\n')
    await write(`{"jsonrpc":"2.0","id":${promptId},"id":9999,"result":{"stopReason":"end_turn"}}\n`)
    await send({ id: 4_711, result: {} })
    await send({ id: 'nobody', error: { code: 'x', message: 7 } })
    await send({ id: null, result: null })
    await send({ method: 'session/update', params: { sessionId: 'another', update: { sessionUpdate: 'plan' } } })
    await send({ method: 'session/update', params: 7 })
    await send({ method: 'session/no_such_thing', id: 1, params: {} })
    await send({ method: 'session/request_permission', id: 2, params: { sessionId: 's', options: 'all' } })
    await say('Still here.')
    await end()
  },
  /** What is asked for has two commands under one name. */
  async duplicates() {
    answers.set('q', () => void end())
    await write(
      `{"jsonrpc":"2.0","id":"q","method":"session/request_permission","params":{"sessionId":"s","options":${JSON.stringify(options)},` +
        '"toolCall":{"toolCallId":"t","title":"ls","kind":"execute","status":"pending","rawInput":{"command":"ls","command":"touch second.txt"}}}}\n',
    )
  },
  /** One line that never ends. */
  async 'endless-line'() {
    for (;;) await write('x'.repeat(1_000_000))
  },
  /** As many million characters of a command's output as it is told. */
  async flood() {
    const call = { toolCallId: 'flood', title: 'cat everything', kind: 'execute', status: 'in_progress' }
    await update({ sessionUpdate: 'tool_call', ...call })
    const line = `${'and the same again '.repeat(4)}\n`
    const data = line.repeat(Math.ceil(100_000 / line.length))
    for (let sent = 0; sent < Number(count) * 1_000_000; sent += data.length) {
      const _meta = { terminal_output_delta: { data } }
      await update({ sessionUpdate: 'tool_call_update', toolCallId: 'flood', status: 'in_progress', _meta })
    }
    await update({ sessionUpdate: 'tool_call_update', toolCallId: 'flood', status: 'completed' })
    await say('All of it.')
    await end()
  },
  /** As many lines that are no messages as it is told, and it never reads what it is answered. */
  async babble() {
    process.stdin.pause()
    for (let n = 0; n < Number(count); n += 1_000) await write('no message\n'.repeat(1_000))
    await end()
  },
  /** Says what a turn took: its tokens, and the session's cost, which grows by a quarter with each. */
  async spends() {
    turn += 1
    const cost = { amount: turn * 0.25, currency: 'USD' }
    await update({ sessionUpdate: 'usage_update', used: 1_000, size: 200_000, cost })
    await say(`Turn ${turn} is done.`)
    const usage = { totalTokens: 1_150, inputTokens: 100, outputTokens: 50, cachedReadTokens: 1_000 }
    await send({ id: promptId, result: { stopReason: 'end_turn', usage } })
  },
  /** Keeps more and more memory until somebody ends it. */
  async hogs() {
    const kept: Buffer[] = []
    for (;;) kept.push(Buffer.alloc(20_000_000, 1))
  },
  /** Runs in a shell what it is told, says what came of it, and lives on: its turn does not end. */
  async 'runs-on'() {
    const call = { toolCallId: 'run', title: words, kind: 'execute' }
    await update({ sessionUpdate: 'tool_call', ...call, status: 'in_progress' })
    const { status, stdout, stderr } = await new Promise<{ status: number | null; stdout: string; stderr: string }>(
      (resolve) =>
        execFile('/bin/sh', ['-c', words], (error, stdout, stderr) =>
          resolve({ status: error ? 1 : 0, stdout, stderr }),
        ),
    )
    const ended = { status: status === 0 ? 'completed' : 'failed', rawOutput: stdout + stderr }
    await update({ sessionUpdate: 'tool_call_update', toolCallId: 'run', kind: 'execute', ...ended })
  },
  async asks() {
    await Promise.all(Array.from({ length: Number(count) }, (_, n) => ask(n)))
    await end()
  },
  async 'asks-in-turn'() {
    for (let n = 0; n < Number(count); n += 1) await ask(n)
    await end()
  },
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, result, params } = JSON.parse(line) as Message
  if (method === undefined) {
    if (id !== undefined && result !== undefined) answers.get(id)?.()
    return
  }
  if (how === 'deaf') return
  if (method === 'initialize') void send({ id, result: { protocolVersion: 1, agentCapabilities: {}, authMethods: [] } })
  else if (method === 'session/new') void send({ id, result: { sessionId: 's' } })
  else if (method === 'session/prompt') {
    promptId = id
    words = params?.prompt?.[0]?.text ?? ''
    void turns[how]?.()
  }
})
process.stdout.on('error', () => process.exit(1))
