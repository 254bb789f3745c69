import type * as Acp from '@agentclientprotocol/sdk'
import { type Refused, refused } from '#protocol/errors.ts'
import type { acpClient } from './acp-client.ts'
import type { AgentFacts } from './agents.ts'
import { modeIn, setAskingMode, setPlanMode, withoutMode } from './asking-mode.ts'
import type { RunContext } from './driver.ts'
import { greet } from './greet.ts'
import { reasonOf } from './reason-of.ts'
import { type SessionChoices, type SessionFacts, sessionChoices } from './session-choices.ts'
import { howToTakeUp } from './take-up-session.ts'

/** `plan` puts the session into its plan mode where it has to plan, and returns how it comes back to the mode in which it was. */
export type OpenedSession = {
  sessionId: string
  loaded: boolean
  canLoad: boolean
  takesPictures: boolean
  choices: SessionChoices
  plan(): Promise<() => Promise<void>>
}

/** The protocol's own error code. */
const authRequired = -32000

/** Starts or resumes the session. Returns what went wrong in words, or the session. Errors: `session_unknown`, `sessions_unsupported`, of one that a person chose. */
export async function openSession(
  acp: typeof Acp,
  agent: Acp.ClientContext,
  facts: AgentFacts,
  context: RunContext,
  client: ReturnType<typeof acpClient>,
  onOpen: (choices: SessionChoices) => void,
): Promise<OpenedSession | string | Refused> {
  const can = await greet(acp, agent)
  if (typeof can === 'string') return can
  const place: Acp.NewSessionRequest = { cwd: context.project, mcpServers: [] }
  const takeUp = howToTakeUp(can)
  const mustGoOn = context.mustGoOn === true && !context.isResumed
  let sessionId = context.session
  let session: SessionFacts | null = null
  if (sessionId !== null && takeUp === null && mustGoOn) return refused('sessions_unsupported')
  if (sessionId !== null && takeUp) {
    // What it replays is in a task's log already.
    client.setQuiet(true)
    const taking = takeUp(agent, { ...place, sessionId })
    if (mustGoOn) {
      const failure = await taking.then(
        () => null,
        (error: Error) => error,
      )
      // Who has to sign in first says nothing about the session.
      if (failure && 'code' in failure && failure.code === authRequired) throw failure
      if (failure) return refused('session_unknown', reasonOf(failure))
    }
    // Of an earlier task it may be forgotten; a task's own is what it is about.
    session = await (context.isResumed ? taking : taking.catch(() => null))
    client.setQuiet(false)
  }
  const loaded = session !== null
  if (sessionId === null || session === null) {
    if (sessionId !== null && !context.isResumed) {
      context.emit({
        type: 'notice',
        code: 'task_not_found',
        text: 'The agent does not remember the task before: it begins anew, with the files as they are.',
      })
    }
    const made = await agent.request('session/new', place)
    sessionId = made.sessionId
    session = made
  }
  client.follow(sessionId)
  const [id, known] = [sessionId, session]
  async function loadedMode(): Promise<string | null> {
    if (!takeUp) return null
    client.setQuiet(true)
    const again = await takeUp(agent, { ...place, sessionId: id }).catch(() => null)
    client.setQuiet(false)
    return again && modeIn(again)
  }
  const problem = await setAskingMode(agent, id, facts, known, { told: client.told, loaded: loadedMode })
  if (problem) return `${problem}; it was not started`
  // In the middle of a turn nothing can be loaded: the agent itself has to say that it is back.
  const reader = { told: client.told, loaded: async () => null }
  client.keepAsking(() => setAskingMode(agent, id, facts, withoutMode(known), reader))
  const choices = sessionChoices(agent, sessionId, facts, session)
  client.onChange((change) => {
    choices.hear(change)
    onOpen(choices)
  })
  const plan = async () =>
    context.plan?.isApproved() === false ? setPlanMode(agent, sessionId, facts.mode, session) : async () => {}
  await context.keepSession(sessionId)
  const takesPictures = can.promptCapabilities?.image === true
  return { sessionId, loaded, canLoad: takeUp !== null, takesPictures, choices, plan }
}
