import type { ClientContext, NewSessionResponse, SessionConfigOption } from '@agentclientprotocol/sdk'
import { ok, type Result, refused } from '#protocol/errors.ts'
import type { AgentChoices, Chosen } from '#protocol/statements/choices.ts'
import type { AgentFacts } from './agents.ts'
import { planMode } from './asking-mode.ts'

/** What a session says of itself. `models` is no part of version 1; gemini and others say it all the same, and take `session/set_model`. */
export type SessionFacts = Pick<NewSessionResponse, 'modes' | 'configOptions'> & { models?: unknown }

/** What an agent tells by itself: the mode it is in now, or all of its options. */
export type SessionChange = { mode: string } | { options: readonly SessionConfigOption[] }

export type SessionChoices = {
  /** What may be chosen now. */
  offered(): AgentChoices
  chosen(): Chosen
  /** Changes the session, and reads back what the agent says of it. Errors: `choice_unknown`, `mode_refused`, `agent_failed`. */
  choose(wanted: Chosen): Promise<Result<void>>
  hear(change: SessionChange): void
}

type What = keyof Chosen
const whats = ['mode', 'model', 'effort'] as const
const categories: Readonly<Record<What, string>> = { model: 'model', mode: 'mode', effort: 'thought_level' }
/** As many as a device is told of. */
const most = 40

/**
 * A session's model, mode and effort. Of its modes only the one in which it asks and the one in which it plans may be chosen: in another one it would act unasked. Where
 * nothing is known of its modes, the one that asks is the one in which it began.
 */
export function sessionChoices(
  agent: ClientContext,
  sessionId: string,
  facts: Pick<AgentFacts, 'mode'>,
  session: SessionFacts,
): SessionChoices {
  // It was put into the mode that asks since.
  const isMode = ({ category, type }: SessionConfigOption) => type === 'select' && category === 'mode'
  let options = (session.configOptions ?? []).map((option) =>
    option.type === 'select' && isMode(option) && facts.mode !== null
      ? { ...option, currentValue: facts.mode }
      : option,
  )
  let mode = facts.mode ?? session.modes?.currentModeId
  const models = modelsOf(session.models)
  let model = models?.current
  const optionOf = (what: What) =>
    options.find(({ category, type }) => type === 'select' && category === categories[what])
  const asking = facts.mode ?? mode ?? currentValue(optionOf('mode'))

  function offersOf(what: What): { id: string; name: string }[] {
    if (what === 'mode' && session.modes) return session.modes.availableModes.map(({ id, name }) => ({ id, name }))
    const option = optionOf(what)
    return option ? valuesOf(option) : what === 'model' ? (models?.all ?? []) : []
  }
  const mayBe = (what: What, id: string) => what !== 'mode' || id === asking || id === planMode
  const currentOf = (what: What): string | undefined => {
    if (what === 'mode' && session.modes) return mode
    return currentValue(optionOf(what)) ?? (what === 'model' ? model : undefined)
  }

  async function set(what: What, id: string): Promise<void> {
    const option = optionOf(what)
    if (what === 'mode' && session.modes) {
      await agent.request('session/set_mode', { sessionId, modeId: id })
      mode = id
    } else if (option) {
      const answer = await agent.request('session/set_config_option', { sessionId, configId: option.id, value: id })
      options = answer.configOptions
    } else {
      await agent.request('session/set_model', { sessionId, modelId: id })
      model = id
    }
  }

  return {
    offered: () =>
      Object.fromEntries(
        whats.flatMap((what) => {
          const offers = offersOf(what)
            .filter(({ id }) => mayBe(what, id))
            .slice(0, most)
            .map(({ id, name }) => ({ id: id.slice(0, 200), name: name.slice(0, 120) }))
          return offers.length > 1 ? [[what, offers]] : []
        }),
      ),
    chosen: () =>
      Object.fromEntries(
        whats.flatMap((what) => {
          const id = currentOf(what)
          return id === undefined || id === '' ? [] : [[what, id.slice(0, 200)]]
        }),
      ),
    async choose(wanted) {
      for (const what of whats) {
        const id = wanted[what]
        if (id === undefined || id === currentOf(what)) continue
        if (!offersOf(what).some((offer) => offer.id === id)) return refused('choice_unknown', `${what}: ${id}`)
        if (!mayBe(what, id)) return refused('mode_refused', id)
        const failed = await set(what, id).then(
          () => null,
          (error: Error) => error.message,
        )
        if (failed !== null) return refused('agent_failed', `${what}: ${failed}`.slice(0, 500))
        if (currentOf(what) !== id) return refused('choice_unknown', `${what}: ${id}`)
      }
      return ok(undefined)
    },
    hear(change) {
      if ('mode' in change) mode = change.mode
      else options = [...change.options]
    },
  }
}

const currentValue = (option: SessionConfigOption | undefined): string | undefined =>
  typeof option?.currentValue === 'string' ? option.currentValue : undefined

function valuesOf(option: SessionConfigOption): { id: string; name: string }[] {
  if (option.type !== 'select') return []
  return option.options
    .flatMap((each) => ('options' in each ? each.options : [each]))
    .map(({ value, name }) => ({ id: value, name }))
}

function modelsOf(said: unknown): { all: { id: string; name: string }[]; current: string } | null {
  if (!isRecord(said) || !Array.isArray(said.availableModels) || typeof said.currentModelId !== 'string') return null
  const all = said.availableModels.flatMap((each: unknown) =>
    isRecord(each) && typeof each.modelId === 'string'
      ? [{ id: each.modelId, name: typeof each.name === 'string' ? each.name : each.modelId }]
      : [],
  )
  return { all, current: said.currentModelId }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
