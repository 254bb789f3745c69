import type * as Acp from '@agentclientprotocol/sdk'
import { refused } from '#protocol/errors.ts'
import type { AgentFacts } from './agents.ts'
import { modeIn } from './asking-mode.ts'
import { chooseOption } from './choose-option.ts'
import { fileRequests } from './confined-files.ts'
import type { RunContext, RunEnd, ToolRequest } from './driver.ts'
import { formOf, inWords, questionOf } from './form-request.ts'
import type { SessionChange } from './session-choices.ts'
import { showPicture } from './show-picture.ts'
import { createToolCalls, type ToolCall } from './tool-calls.ts'
import { toolEvents } from './tool-events.ts'
import { toToolRequest } from './tool-request.ts'
import { readCost, type SessionCost } from './turn-usage.ts'

/** An agent that tells its mode does so at once; one that says nothing for so long tells it no more. */
const tellModeMs = 3_000

/** Times that an agent is sent back into the mode in which it asks. */
const returnsMost = 20

/**
 * Our side of one agent's conversation: its questions go to the gate, what it tells goes to the task's log. Everything it
 * says is a claim; only the tool input that it asks about is bound to a decision.
 */
export function acpClient(acp: typeof Acp, facts: AgentFacts, context: RunContext) {
  const calls = createToolCalls()
  const driver = `acp:${facts.name}`
  /** Allowed and not yet reported as done: tool call → what was allowed, and the approval, if it took one. */
  const released = new Map<string, { request: ToolRequest; approvalId: string | null }>()
  const refusals: string[] = []
  let withdrawn = new AbortController()
  let tellChange: (change: SessionChange) => void = () => {}
  let asking = 0
  let quiet = false
  let heard = performance.now()
  let session: string | null = null
  let breakOff: (reason: string) => void = () => {}
  const broken = new Promise<{ end: RunEnd }>((resolve) => {
    breakOff = (detail) => resolve({ end: { state: 'failed', code: 'agent_failed', detail } })
  })
  let left = 0
  /** Who waits for the mode that the agent tells. */
  const modeHearers = new Set<(mode: string) => void>()
  /** Puts the session back into the mode in which it asks; null until it was there once. */
  let putBack: (() => Promise<string | null>) | null = null
  let cost: SessionCost | null = null

  async function permit({
    toolCall,
    options,
    sessionId,
  }: Acp.RequestPermissionRequest): Promise<Acp.RequestPermissionResponse> {
    const cancelled: Acp.RequestPermissionResponse = { outcome: { outcome: 'cancelled' } }
    const turn = withdrawn.signal
    const call = calls.merge(toolCall)
    if (sessionId !== session || turn.aborted) return cancelled
    context.emit({ ...toolEvents.state(call), status: 'pending' })
    asking += 1
    const request = toToolRequest(call, driver, facts.commandIn)
    const answer = await context.ask(request).finally(() => {
      asking -= 1
      heard = performance.now()
    })
    if (answer.answer === 'canceled' || turn.aborted) return cancelled
    const optionId = chooseOption(options, answer.answer)
    if (answer.answer === 'deny') {
      context.emit({ ...toolEvents.state(call), status: 'canceled' })
      // The protocol has no place for a reason: it goes along with the next prompt.
      if (answer.reason) refusals.push(answer.reason)
    }
    if (optionId === null) {
      if (answer.answer === 'allow') {
        context.emit({
          type: 'notice',
          code: 'agent_unknown',
          text: 'The agent offers no way to allow this once, so it was not allowed.',
        })
        if (answer.approvalId) context.executed(answer.approvalId, null)
        context.ended?.(request)
      }
      return cancelled
    }
    if (answer.answer === 'allow') released.set(call.id, { request, approvalId: answer.approvalId })
    return { outcome: { outcome: 'selected', optionId } }
  }

  /** A question to a person, as a form. What can't be shown whole is declined, and that is said. */
  async function elicit(asked: Acp.CreateElicitationRequest): Promise<Acp.CreateElicitationResponse> {
    const turn = withdrawn.signal
    if (!('sessionId' in asked) || asked.sessionId !== session || turn.aborted) return { action: 'cancel' }
    const form =
      asked.mode === 'form' && 'requestedSchema' in asked
        ? formOf(asked.message, asked.requestedSchema as Acp.ElicitationSchema)
        : refused('operation_invalid', asked.mode)
    if (!form.ok) {
      context.emit({ type: 'refused', code: form.code, ...(form.detail === undefined ? {} : { detail: form.detail }) })
      return { action: 'decline' }
    }
    asking += 1
    const answer = await context.ask(questionOf(driver, form.value)).finally(() => {
      asking -= 1
      heard = performance.now()
    })
    if (answer.answer === 'canceled' || turn.aborted) return { action: 'cancel' }
    if (answer.answer === 'deny' || !answer.answers) {
      if (answer.answer === 'deny' && answer.reason) refusals.push(answer.reason)
      return { action: 'decline' }
    }
    context.emit({ type: 'message', role: 'person', text: inWords(form.value, answer.answers) })
    if (answer.approvalId) context.executed(answer.approvalId, null)
    return {
      action: 'accept',
      content: Object.fromEntries(answer.answers.map(({ key, value }) => [key, value])),
    }
  }

  function hear(update: Acp.SessionUpdate): void {
    heard = performance.now()
    if (update.sessionUpdate === 'tool_call' || update.sessionUpdate === 'tool_call_update') {
      const call = calls.merge(update)
      if (!quiet) tellTool(call, update)
      return
    }
    if (update.sessionUpdate === 'current_mode_update') {
      modeIs(update.currentModeId)
      tellChange({ mode: update.currentModeId })
    }
    if (update.sessionUpdate === 'config_option_update') {
      modeIs(modeIn(update))
      tellChange({ options: update.configOptions })
    }
    // Also while a session is loaded: what it cost before is no turn's of now.
    if (update.sessionUpdate === 'usage_update') cost = readCost(update.cost) ?? cost
    if (quiet) return
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
      case 'agent_thought_chunk':
        if (update.content.type === 'text' && update.content.text !== '') {
          const role = update.sessionUpdate === 'agent_message_chunk' ? 'agent' : 'thought'
          context.emit({ type: 'message', role, text: update.content.text })
        }
        showPicture(update.content, context)
        return
      case 'plan':
        context.emit({
          type: 'plan',
          entries: update.entries
            .slice(0, 100)
            .map(({ content, status }) => ({ content: content.slice(0, 1_000), status })),
        })
        return
    }
  }

  function tellTool(call: ToolCall, update: Acp.ToolCallUpdate): void {
    for (const event of toolEvents.of(call, update)) context.emit(event)
    for (const part of update.content ?? []) if (part.type === 'content') showPicture(part.content, context)
    if (call.status !== 'completed' && call.status !== 'failed') return
    const done = released.get(call.id)
    released.delete(call.id)
    if (done?.approvalId) context.executed(done.approvalId, toolEvents.exitCode(update))
    if (done) context.ended?.(done.request)
    if (call.kind !== 'read' && call.kind !== 'search' && call.kind !== 'think') context.changed()
  }

  function modeIs(mode: string | null): void {
    if (mode === null) return
    for (const hearer of [...modeHearers]) hearer(mode)
    if (putBack && facts.mode !== null && mode !== facts.mode && mode !== 'plan') void returnToAsking(putBack)
  }

  /** The agent left the mode that asks: it is sent back, or it is ended. */
  async function returnToAsking(back: () => Promise<string | null>): Promise<void> {
    left += 1
    if (left > returnsMost) return breakOff('it leaves the mode in which it asks again and again')
    context.emit({
      type: 'notice',
      code: 'agent_unknown',
      text: 'The agent left the mode in which it asks; it is sent back.',
    })
    const problem = await back().catch(() => 'it does not return')
    if (problem !== null) breakOff(`it left the mode in which it asks: ${problem}`)
  }

  const files = fileRequests(acp, context, driver)
  const app = acp
    .client({ name: 'countersign' })
    .onRequest('session/request_permission', ({ params }) => permit(params))
    // The library has checked each update once before it looks for who wants it: told to check again, it would spend half of all time on that.
    .onNotification(
      'session/update',
      (params) => params as Acp.SessionNotification,
      ({ params }) => hear(params.update),
    )
    .onRequest('elicitation/create', ({ params }) => elicit(params))
    .onRequest('fs/read_text_file', ({ params }) => files.read(params))
    .onRequest('fs/write_text_file', ({ params }) => files.write(params))

  return {
    app,
    broken,
    follow(sessionId: string) {
      session = sessionId
    },
    /** The session asks now: whenever it says that it left that mode, it is put `back`. */
    keepAsking(back: () => Promise<string | null>) {
      putBack = back
    },
    /** See `ModeReader`. */
    told(wanted: string): Promise<string | null> {
      return new Promise((resolve) => {
        let last: string | null = null
        const done = () => {
          clearTimeout(timer)
          modeHearers.delete(hearer)
          resolve(last)
        }
        const hearer = (mode: string) => {
          last = mode
          if (mode === wanted) done()
        }
        const timer = setTimeout(done, tellModeMs)
        modeHearers.add(hearer)
      })
    },
    /** Who hears that the session's mode or its options have changed. */
    onChange(hear: (change: SessionChange) => void) {
      tellChange = hear
    },
    setQuiet(value: boolean) {
      quiet = value
    },
    /** Since when nothing was heard; null while somebody is asked. */
    quietSince: () => (asking > 0 ? null : heard),
    /** Answers every open question of this turn with `cancelled`. */
    withdraw() {
      withdrawn.abort()
      withdrawn = new AbortController()
    },
    /** What the session has cost so far, as its agent says. */
    cost: () => cost,
    cancelTurn: async () => {},
    /** The reasons of those who said no, as the next prompt. */
    nextWords(): string | null {
      const words = refusals.splice(0).join('\n')
      return words === '' ? null : `What you asked for was denied: ${words}`
    },
    close() {
      withdrawn.abort()
      // What was released and never reported as done: nobody knows, and the session says so.
      released.clear()
    },
  }
}
