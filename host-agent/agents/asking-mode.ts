import type { ClientContext, NewSessionResponse } from '@agentclientprotocol/sdk'
import type { AgentFacts } from './agents.ts'

type SessionFacts = Pick<NewSessionResponse, 'modes' | 'configOptions'>

/**
 * Puts a session into the mode in which the agent asks, and reads it back. Returns null when it asks, else what is wrong: then the
 * agent is not let loose. An agent without a known mode is taken as it is.
 */
export async function setAskingMode(
  agent: ClientContext,
  sessionId: string,
  facts: AgentFacts,
  session: SessionFacts,
): Promise<string | null> {
  if (facts.mode !== null) {
    const problem = await setMode(agent, sessionId, facts.mode, session)
    if (problem) return problem
  }
  for (const id of facts.off) {
    const option = session.configOptions?.find((candidate) => candidate.id === id)
    if (option?.type !== 'boolean' || option.currentValue === false) continue
    const answer = await agent.request('session/set_config_option', {
      sessionId,
      configId: id,
      type: 'boolean',
      value: false,
    })
    const after = answer.configOptions.find((candidate) => candidate.id === id)
    if (after?.currentValue !== false) return `its option ${id} can’t be switched off`
  }
  return null
}

async function setMode(
  agent: ClientContext,
  sessionId: string,
  mode: string,
  session: SessionFacts,
): Promise<string | null> {
  const { modes, configOptions } = session
  if (modes) {
    if (modes.currentModeId === mode) return null
    if (!modes.availableModes.some(({ id }) => id === mode)) return `it has no mode “${mode}” that asks`
    await agent.request('session/set_mode', { sessionId, modeId: mode })
    return null
  }
  const option = configOptions?.find(({ category, type }) => category === 'mode' && type === 'select')
  if (!option) return `it does not say which mode it is in`
  if (option.currentValue === mode) return null
  const answer = await agent.request('session/set_config_option', { sessionId, configId: option.id, value: mode })
  const after = answer.configOptions.find(({ id }) => id === option.id)
  return after?.currentValue === mode ? null : `it does not change to the mode “${mode}” that asks`
}
