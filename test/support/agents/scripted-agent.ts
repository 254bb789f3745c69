/**
 * A scripted agent that speaks the Agent Client Protocol, version 1, on standard input and output: no model, no network. It
 * really edits files, runs tests and deletes what it was allowed to delete. What it was answered is appended to the log.
 *
 *   node scripted-agent.ts [--state DIR] [--log FILE] [--act NAME] [--style plain|gemini|codex|odd|twice]
 *     [--mode NAME] [--tells-mode yes|no|never] [--blind] [--choices none|options|models] [--lists] [--meddles] [--resumes]
 *
 * With --state it supports session/load, with --resumes session/resume instead, and with --lists session/list, two a page (with --meddles it writes into the project meanwhile): its sessions are kept there, so that a killed one goes on where it stopped and asks
 * the same again. It begins in --mode; when it is told to change it, it does so and says so (yes), does so in silence (no), or does nothing (never). With --blind it takes no pictures. A prompt may pick its act with [[act:NAME]].
 */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import type { ReadableStream, WritableStream } from 'node:stream/web'
import { parseArgs } from 'node:util'
import * as acp from '@agentclientprotocol/sdk'
import { type Act, acts } from './acts.ts'

const { values: options } = parseArgs({
  options: {
    state: { type: 'string' },
    log: { type: 'string' },
    act: { type: 'string', default: 'demo' },
    style: { type: 'string', default: 'plain' },
    mode: { type: 'string', default: 'default' },
    'tells-mode': { type: 'string', default: 'yes' },
    blind: { type: 'boolean', default: false },
    choices: { type: 'string', default: 'none' },
    lists: { type: 'boolean', default: false },
    meddles: { type: 'boolean', default: false },
    resumes: { type: 'boolean', default: false },
  },
})

/** A session as it is kept on disk: which act, and how many of its steps are done. */
type Kept = {
  id: string
  cwd: string
  mode: string
  model?: string
  effort?: string
  act: string | null
  done: number /** Goes on with every prompt. */
  plans?: string
  /** Its first prompt. */
  title?: string
  updatedAt?: string
}

const styles: Readonly<Record<string, readonly [acp.PermissionOptionKind, string, string][]>> = {
  plain: [
    ['allow_once', 'allow', 'Allow'],
    ['reject_once', 'reject', 'Reject'],
  ],
  gemini: [
    ['allow_always', 'proceed_always', 'Allow for this session'],
    ['allow_once', 'proceed_once', 'Allow'],
    ['reject_once', 'cancel', 'Reject'],
  ],
  codex: [
    ['reject_once', 'cancel', 'No, and tell Codex what to do differently'],
    ['allow_always', 'accept_execpolicy_amendment', 'Yes, and don’t ask again'],
    ['allow_once', 'allow_once', 'Yes, proceed'],
  ],
  odd: [
    ['reject_always', 'r2', 'Never'],
    ['allow_always', 'a2', 'Always'],
  ],
  twice: [
    ['allow_once', 'manual', 'Yes, and approve edits by hand'],
    ['allow_once', 'auto', 'Yes, in auto mode'],
    ['reject_once', 'no', 'No'],
  ],
}

const log = (fact: Readonly<Record<string, unknown>>) => {
  if (options.log) appendFileSync(options.log, `${JSON.stringify({ at: Date.now(), pid: process.pid, ...fact })}\n`)
}
const sessions = new Map<string, Kept & { cancel?: () => void }>()
const fileOf = (id: string) => join(options.state ?? '', `${id}.json`)

function keep({ id, cwd, mode, model, effort, act, done, plans, title }: Kept): void {
  if (!options.state) return
  mkdirSync(options.state, { recursive: true })
  const updatedAt = new Date().toISOString()
  writeFileSync(fileOf(id), JSON.stringify({ id, cwd, mode, model, effort, act, done, plans, title, updatedAt }))
}

function readKept(id: string): Kept {
  try {
    return JSON.parse(readFileSync(fileOf(id), 'utf8')) as Kept
  } catch {
    throw acp.RequestError.resourceNotFound(id)
  }
}

function sessionOf(id: string) {
  const session = sessions.get(id)
  if (!session) throw acp.RequestError.invalidParams({ sessionId: 'unknown' })
  return session
}

const select = (
  id: string,
  category: string,
  currentValue: string,
  values: readonly string[],
): acp.SessionConfigOption => ({
  id,
  name: id,
  category,
  type: 'select',
  currentValue,
  options: values.map((value) => ({ value, name: value.toUpperCase() })),
})
const optionsOf = ({ model = 'small', effort = 'low' }: Kept) => [
  select('the-model', 'model', model, ['small', 'large']),
  select('thinking', 'thought_level', effort, ['low', 'high']),
]
const modesOf = (session: Kept) => ({
  modes: { currentModeId: session.mode, availableModes: ['default', 'plan', 'yolo'].map((id) => ({ id, name: id })) },
  ...(options.choices === 'options' ? { configOptions: optionsOf(session) } : {}),
  ...(options.choices === 'models'
    ? {
        models: {
          currentModelId: session.model ?? 'small',
          availableModels: ['small', 'large'].map((modelId) => ({ modelId, name: modelId.toUpperCase() })),
        },
      }
    : {}),
})

const agent = acp
  .agent({ name: 'scripted-agent' })
  .onRequest('initialize', () => ({
    protocolVersion: 1,
    agentInfo: { name: 'scripted-agent', title: 'Scripted agent', version: '1.0.0' },
    agentCapabilities: {
      loadSession: options.state !== undefined && !options.resumes,
      promptCapabilities: { image: !options.blind },
      sessionCapabilities: {
        ...(options.lists ? { list: {} } : {}),
        ...(options.resumes ? { resume: {} } : {}),
      },
    },
    authMethods: [],
  }))
  .onRequest('session/new', ({ params }) => {
    const session: Kept = {
      id: `s-${process.pid}-${sessions.size + 1}`,
      cwd: params.cwd,
      mode: options.mode,
      act: null,
      done: 0,
    }
    sessions.set(session.id, session)
    keep(session)
    log({ session: 'new', id: session.id })
    return { sessionId: session.id, ...modesOf(session) }
  })
  .onRequest('session/list', ({ params }) => {
    log({ session: 'listed', cwd: params.cwd ?? null })
    if (options.meddles) {
      try {
        writeFileSync(join(params.cwd ?? '', 'meddled.txt'), 'here I was')
      } catch (error) {
        appendFileSync(join(options.state ?? '', 'kept-out'), String(error))
      }
    }
    const kept = readdirSync(options.state ?? '')
      .filter((name) => name.endsWith('.json'))
      .map((name) => readKept(name.replace(/\.json$/, '')))
    const fitting = kept.filter(({ cwd }) => params.cwd == null || cwd === params.cwd)
    const from = Number(params.cursor ?? 0)
    return {
      sessions: fitting
        .slice(from, from + 2)
        .map(({ id, cwd, title = null, updatedAt = null }) => ({ sessionId: id, cwd, title, updatedAt })),
      ...(from + 2 < fitting.length ? { nextCursor: String(from + 2) } : {}),
    }
  })
  .onRequest('session/resume', ({ params }) => {
    const session = readKept(params.sessionId)
    sessions.set(session.id, session)
    log({ session: 'resumed', id: session.id, done: session.done })
    return modesOf(session)
  })
  .onRequest('session/load', async ({ params, client }) => {
    const session = readKept(params.sessionId)
    sessions.set(session.id, session)
    log({ session: 'loaded', id: session.id, done: session.done })
    await client.notify('session/update', {
      sessionId: session.id,
      update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'REPLAYED' } },
    })
    return modesOf(session)
  })
  .onRequest('session/set_mode', async ({ params, client }) => {
    const { sessionId, modeId } = params
    const session = sessionOf(sessionId)
    log({ mode: modeId })
    if (options['tells-mode'] === 'never') return {}
    session.mode = modeId
    keep(session)
    const update = { sessionUpdate: 'current_mode_update', currentModeId: modeId } as const
    if (options['tells-mode'] === 'yes') await client.notify('session/update', { sessionId, update })
    return {}
  })
  .onRequest('session/set_config_option', ({ params }) => {
    const session = sessionOf(params.sessionId)
    if (params.configId === 'the-model') session.model = String(params.value)
    else session.effort = String(params.value)
    keep(session)
    log({ option: params.configId, value: params.value })
    return { configOptions: optionsOf(session) }
  })
  .onRequest(
    'session/set_model',
    (params) => params as { sessionId: string; modelId: string },
    ({ params }) => {
      sessionOf(params.sessionId).model = params.modelId
      log({ model: params.modelId })
      return {}
    },
  )
  .onNotification('session/cancel', ({ params }) => {
    log({ cancel: params.sessionId })
    sessions.get(params.sessionId)?.cancel?.()
  })
  .onRequest('session/prompt', async ({ params, client }) => {
    const session = sessionOf(params.sessionId)
    const text = params.prompt.map((block) => (block.type === 'text' ? block.text : '')).join('\n')
    log({ prompt: text, mode: session.mode })
    session.title ??= text.slice(0, 60)
    const named = /\[\[act:([\w-]+)\]\]/.exec(text)?.[1]
    if (session.act === null || named) {
      session.act = named ?? session.plans ?? options.act
      if (named?.startsWith('planned')) session.plans = named
      session.done = 0
      keep(session)
    }
    let cancelled = false
    const onCancel = new Promise<void>((resolve) => {
      session.cancel = () => {
        cancelled = true
        resolve()
      }
    })
    const sessionId = session.id
    const update = (message: acp.SessionUpdate) => client.notify('session/update', { sessionId, update: message })
    const act: Act = {
      cwd: session.cwd,
      prompt: text,
      pictures: params.prompt.flatMap((block) => (block.type === 'image' ? [Buffer.from(block.data, 'base64')] : [])),
      update,
      onCancel,
      say: (words) => update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: words } }),
      async permit(toolCall) {
        const offered = (styles[options.style] ?? []).map(([kind, optionId, name]) => ({ kind, optionId, name }))
        log({ asks: toolCall.title, toolCallId: toolCall.toolCallId })
        const question: acp.RequestPermissionRequest = { sessionId, toolCall, options: offered }
        const { outcome } = await client.request('session/request_permission', question)
        log({ answered: outcome, toolCallId: toolCall.toolCallId })
        if (outcome.outcome !== 'selected') return 'cancelled'
        return offered.find(({ optionId }) => optionId === outcome.optionId)?.kind ?? 'cancelled'
      },
      async elicit(asked) {
        const answer = await client.request('elicitation/create', { sessionId, ...asked })
        log({ elicited: answer })
        return answer
      },
      readFile: (path) => client.request('fs/read_text_file', { sessionId, path }).then(({ content }) => content),
      writeFile: (path, content) => client.request('fs/write_text_file', { sessionId, path, content }).then(() => {}),
    }
    const steps = acts[session.act] ?? acts.unknown ?? []
    for (let index = session.done; index < steps.length && !cancelled; index += 1) {
      await steps[index]?.(act)
      if (cancelled) break
      session.done = index + 1
      keep(session)
    }
    log({ ended: session.act, cancelled })
    if (!cancelled) session.act = null
    keep(session)
    return { stopReason: cancelled ? 'cancelled' : 'end_turn' }
  })

agent.connect(
  acp.ndJsonStream(
    Writable.toWeb(process.stdout) as WritableStream<Uint8Array> as globalThis.WritableStream<Uint8Array>,
    Readable.toWeb(process.stdin) as ReadableStream<Uint8Array> as globalThis.ReadableStream<Uint8Array>,
  ),
)
