import type { ClientContext, NewSessionResponse } from '@agentclientprotocol/sdk'
import type { AgentFacts } from './agents.ts'

type SessionFacts = Pick<NewSessionResponse, 'modes' | 'configOptions'>

/** How it is learnt in which mode a session is, besides by what the agent answers at once. */
export type ModeReader = {
  /** The mode that the agent tells by itself after it was asked to change; null: it tells none within a moment. `wanted` ends the wait early. */
  told(wanted: string): Promise<string | null>
  /** The mode by what the session says when it is loaded anew; null: that is not to be had, or not now. */
  loaded(): Promise<string | null>
}

/**
 * Puts a session into the mode in which the agent asks, and reads it back. Returns null when it asks, else what is wrong: then the
 * agent is not let loose. An agent without a known mode is taken as it is.
 */
export async function setAskingMode(
  agent: ClientContext,
  sessionId: string,
  facts: AgentFacts,
  session: SessionFacts,
  reader: ModeReader,
): Promise<string | null> {
  if (facts.mode !== null) {
    const problem = await setMode(agent, sessionId, facts.mode, session, reader)
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

/** `reader` null: the agent's word that it has done so is enough. */
async function setMode(
  agent: ClientContext,
  sessionId: string,
  mode: string,
  { modes, configOptions }: SessionFacts,
  reader: ModeReader | null,
): Promise<string | null> {
  if (modes) {
    if (modes.currentModeId === mode) return null
    if (!modes.availableModes.some(({ id }) => id === mode)) return `it has no mode “${mode}” that asks`
    const told = reader?.told(mode)
    await agent.request('session/set_mode', { sessionId, modeId: mode })
    if (!reader) return null
    const now = (await told) ?? (await reader.loaded())
    if (now === mode) return null
    return now === null
      ? `it does not say whether it is in the mode “${mode}” that asks`
      : `it is in the mode “${now}” and not in “${mode}” that asks`
  }
  const option = modeOption(configOptions)
  if (!option) return `it does not say which mode it is in`
  if (option.currentValue === mode) return null
  const answer = await agent.request('session/set_config_option', { sessionId, configId: option.id, value: mode })
  const after = answer.configOptions.find(({ id }) => id === option.id)
  return after?.currentValue === mode ? null : `it does not change to the mode “${mode}” that asks`
}

const modeOption = (options: SessionFacts['configOptions']) =>
  options?.find(({ category, type }) => category === 'mode' && type === 'select')

/** The mode by what a session or an update of its options says; null: they say none. */
export function modeIn({ modes, configOptions }: SessionFacts): string | null {
  const value = modes?.currentModeId ?? modeOption(configOptions)?.currentValue
  return typeof value === 'string' ? value : null
}

/** A session's facts as if it were in another mode, so that it is set anew. */
export const withoutMode = ({ modes, configOptions }: SessionFacts): SessionFacts => ({
  modes: modes ? { ...modes, currentModeId: '' } : null,
  configOptions:
    configOptions?.map((option) => (option.type === 'select' ? { ...option, currentValue: '' } : option)) ?? null,
})

/** The mode in which agents that have one plan and change nothing. */
export const planMode = 'plan'

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
  const before = asking ?? modeIn(session)
  if (before === null || before === planMode) return async () => {}
  const problem = await setMode(agent, sessionId, planMode, session, null).catch(() => 'it refuses')
  if (problem !== null) return async () => {}
  return async () => void (await setMode(agent, sessionId, before, withoutMode(session), null).catch(() => {}))
}
