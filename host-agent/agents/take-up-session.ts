import type * as Acp from '@agentclientprotocol/sdk'
import type { SessionFacts } from './session-choices.ts'

/** How an agent takes up a session that it keeps: by `session/load`, which tells all of it again, or by `session/resume`. Null: it keeps none. */
export function howToTakeUp({ loadSession, sessionCapabilities }: Acp.AgentCapabilities): TakeUp | null {
  if (loadSession) return (agent, session) => agent.request('session/load', session)
  return sessionCapabilities?.resume ? (agent, session) => agent.request('session/resume', session) : null
}

export type TakeUp = (agent: Acp.ClientContext, session: Acp.LoadSessionRequest) => Promise<SessionFacts>
