import type OpenAI from 'openai'
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions'
import type { Spent } from '#protocol/statements/events.ts'
import type { AgentRun, Driver, RunContext, RunEnd } from '../agents/driver.ts'
import { secretsOfEnvironment } from '../secrets/known-secrets.ts'
import { createRedactor } from '../secrets/redact.ts'
import { costOf } from './cost-of.ts'
import type { Model } from './models-file.ts'
import { openProjectFiles } from './project-files.ts'
import { openProjectHistory } from './project-history.ts'
import {
  answerCall,
  noSuchCommit,
  noSuchFile,
  parseCall,
  pathsOf,
  type Readable,
  readTools,
  titleOf,
} from './read-tools.ts'

/** Turns of one question, and tokens of one answer: a model that goes round in circles ends. */
const mostTurns = 24
const timeoutMs = 120_000

const instructions =
  'You answer questions about a software project. You can list, read and search its files, look into its git history (which commit changed what and why) and change nothing. Look before you answer, name files with their lines, and be brief. ' +
  'If the question needs a change, say what you would change and that a coding agent has to do it.'

/**
 * An agent that answers questions over a project's files, by a model behind OpenAI's chat completions (any gateway that speaks them). It only reads, each time past
 * the policy, and what it reads leaves the host without its secrets. When one model fails the next goes on with what was read so far: nothing is done twice.
 * Of its models the one that is chosen is asked first.
 */
export function readerDriver(name: string, models: readonly Model[]): Driver {
  return {
    name,
    title: `${name}: questions`,
    onlyReads: true,
    hears: true,
    start(context) {
      const turn = { controller: new AbortController() }
      const run: AgentRun = {
        ended: answerAll(name, models, context, turn).catch((error: unknown) => ({
          state: 'failed',
          code: 'internal',
          detail: error instanceof Error ? error.message : String(error),
        })),
        interrupt: () => turn.controller.abort(),
      }
      return run
    },
  }
}

async function answerAll(
  name: string,
  models: readonly Model[],
  context: RunContext,
  turn: { controller: AbortController },
): Promise<RunEnd> {
  const { default: Client } = await import('openai')
  const { environment } = context
  const wanted = context.chosen.model
  if (wanted !== undefined && !models.some(({ model }) => model === wanted))
    return { state: 'rejected', code: 'choice_unknown', detail: `model: ${wanted}` }
  const ordered = models.toSorted((a, b) => Number(b.model === wanted) - Number(a.model === wanted))
  const clients = ordered.map(({ baseUrl, model, keyEnv, price }) => ({
    model,
    price,
    // Without a key the library would look for one of its own in the environment.
    client: new Client({
      baseURL: baseUrl,
      apiKey: (keyEnv && environment[keyEnv]) || 'none',
      organization: null,
      project: null,
      maxRetries: 1,
      timeout: timeoutMs,
    }),
  }))
  const { redact } = createRedactor('', secretsOfEnvironment(environment))
  const path = environment.PATH ?? '/usr/bin:/bin'
  const files = openProjectFiles(context.project, path)
  const readable = { files, history: openProjectHistory(context.project, path, files) }
  const messages: ChatCompletionMessageParam[] = [{ role: 'system', content: instructions }]
  for (let text: string | null = context.text; text !== null; text = context.nextPrompt()) {
    messages.push({ role: 'user', content: redact(text) })
    turn.controller = new AbortController()
    const end = await answer({ name, clients, readable, messages, context, redact, signal: turn.controller.signal })
    if (end) return end
  }
  return context.signal.aborted ? { state: 'canceled' } : { state: 'completed' }
}

type Server = { model: string; price: Model['price']; client: OpenAI }

type Question = {
  name: string
  clients: Server[]
  readable: Readable
  messages: ChatCompletionMessageParam[]
  context: RunContext
  redact(text: string): string
  signal: AbortSignal
}

/** Null: answered, or interrupted. */
async function answer(question: Question): Promise<RunEnd | null> {
  const { clients, messages, context } = question
  for (let turns = 0; turns < mostTurns; turns += 1) {
    let said: Said | null = null
    let failure = ''
    let heard = ''
    while (said === null) {
      const [first] = clients
      if (!first) return { state: 'failed', code: 'model_unavailable', detail: failure.slice(0, 500) }
      if ((await context.maySpend?.()) === false) return { state: 'canceled' }
      try {
        heard = ''
        said = await ask(first, question, (text) => {
          heard += text
          context.emit({ type: 'message', role: 'agent', text })
        })
      } catch (error) {
        if (context.signal.aborted) return { state: 'canceled' }
        if (question.signal.aborted) return null
        failure = error instanceof Error ? error.message : String(error)
        clients.shift()
        const next = clients[0]?.model
        // Its words were told as they came and are none of the next one's.
        const unfinished = heard === '' ? '' : ' What it said is unfinished.'
        const then = next ? `${next} ${heard === '' ? 'goes on' : 'answers anew'}.` : 'No model is left.'
        const text = `${first.model} failed: ${failure.slice(0, 200).replace(/\.$/, '')}.${unfinished} ${then}`
        context.emit({ type: 'notice', code: 'model_failed', text })
      }
    }
    messages.push({
      role: 'assistant',
      content: said.text,
      ...(said.calls.length > 0 ? { tool_calls: said.calls } : {}),
    })
    if (said.calls.length === 0) return null
    for (const call of said.calls)
      messages.push({ role: 'tool', tool_call_id: call.id, content: await serve(call.function, call.id, question) })
  }
  return { state: 'failed', code: 'agent_failed', detail: `No answer after ${mostTurns} turns.` }
}

type Called = { id: string; type: 'function'; function: { name: string; arguments: string } }
type Said = { text: string; calls: Called[] }

async function ask(
  { client, model, price }: Server,
  { name, messages, context, signal }: Question,
  hear: (text: string) => void,
): Promise<Said> {
  const started = performance.now()
  const stream = await client.chat.completions.create(
    { model, messages, tools: [...readTools], stream: true, stream_options: { include_usage: true } },
    { signal: AbortSignal.any([context.signal, signal]) },
  )
  const calls: Called[] = []
  let text = ''
  let used: OpenAI.CompletionUsage | null = null
  for await (const { choices, usage } of stream) {
    // The last of them counts.
    used = usage ?? used
    const delta = choices[0]?.delta
    if (delta?.content) {
      text += delta.content
      hear(delta.content)
    }
    for (const { index, id, function: part } of delta?.tool_calls ?? []) {
      const call = calls[index] ?? {
        id: id ?? `call_${index}`,
        type: 'function',
        function: { name: '', arguments: '' },
      }
      calls[index] = call
      call.function.name += part?.name ?? ''
      call.function.arguments += part?.arguments ?? ''
    }
  }
  if (used) {
    const cached = used.prompt_tokens_details?.cached_tokens ?? 0
    const tokens = { input: used.prompt_tokens, output: used.completion_tokens, cached }
    const ms = Math.round(performance.now() - started)
    const cost = price && { micros: costOf(tokens, price), currency: 'USD' }
    const spent: Spent = { agent: name, model, ...tokens, ...(cost ? { cost } : {}), ms }
    context.emit({ type: 'usage', ...spent })
  }
  return { text, calls: calls.filter((call) => call !== undefined) }
}

/** What the model asked for, once the policy lets it. */
async function serve(
  { name, arguments: input }: Called['function'],
  id: string,
  { name: driver, readable, context, redact }: Question,
): Promise<string> {
  const call = parseCall(name, input)
  if (!call) return 'There is no such tool, or its arguments are not right.'
  // Nobody is asked about what could not be given anyway.
  const paths = await pathsOf(readable, call)
  if (paths === null) return call.tool === 'show_commit' ? noSuchCommit : noSuchFile
  const event = { type: 'tool', key: id.slice(0, 128), title: titleOf(call).slice(0, 2_000), kind: 'read' } as const
  const gate = await context.ask({
    kind: 'tool',
    driver: `reader:${driver}`,
    binding: 'exact',
    input: call,
    command: null,
    edits: [],
    paths,
    reads: true,
    unknown: [],
  })
  if (gate.answer !== 'allow') {
    context.emit({ ...event, status: 'canceled' })
    return 'This was not allowed.'
  }
  const answered = await answerCall(readable, call, paths)
  context.emit({ ...event, status: 'completed' })
  if (gate.approvalId) context.executed(gate.approvalId, null)
  return redact(answered)
}
