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

/** The mode in which agents that have one plan and change nothing. */
const planMode = 'plan'

/**
 * Puts a session into its plan mode where it has one. Whoever trusts in that is fooled by the agent: the sandbox and the gate hold it whatever its mode is. Returns how to
 * leave it again: to `asking`, or to the mode in which it was.
 */
export async function setPlanMode(
  agent: ClientContext,
  sessionId: string,
  asking: string | null,
  session: SessionFacts,
): Promise<() => Promise<void>> {
  const { modes, configOptions } = session
  const option = configOptions?.find(({ category, type }) => category === 'mode' && type === 'select')
  const before =
    asking ?? modes?.currentModeId ?? (typeof option?.currentValue === 'string' ? option.currentValue : null)
  if (before === null || before === planMode) return async () => {}
  const problem = await setMode(agent, sessionId, planMode, session).catch(() => 'it refuses')
  if (problem !== null) return async () => {}
  const now: SessionFacts = {
    modes: modes ? { ...modes, currentModeId: planMode } : null,
    configOptions: option?.type === 'select' ? [{ ...option, currentValue: planMode }] : [],
  }
  return async () => void (await setMode(agent, sessionId, before, now).catch(() => {}))
}
