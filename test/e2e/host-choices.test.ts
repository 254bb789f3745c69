import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Chosen } from '#protocol/statements/choices.ts'
import { type HostWorld, must, openHostWorld, type WatchedTask } from '#test/support/agents/host-world.ts'

// Which model and mode an agent runs with, chosen from a device: by what the agent itself was told, over the relay.
let world: HostWorld
const soon = { timeout: 30_000 }
const told = () =>
  world
    .agentLog()
    .flatMap(({ option, value, model, mode, prompt }) =>
      prompt !== undefined
        ? []
        : option
          ? [`${option}=${value}`]
          : model
            ? [`model=${model}`]
            : mode
              ? [`mode=${mode}`]
              : [],
    )
const say = (choose: Chosen, act = 'say') => world.submit(`[[act:${act}]]`, { agent: 'custom', choose })
const end = (task: WatchedTask) => task.events.all.findLast((event) => event.type === 'state')
const chosenIn = (task: WatchedTask) =>
  task.events.all.flatMap((event) => (event.type === 'title' && event.chosen ? [event.chosen] : []))
const choicesOf = async () => {
  const hosts = must(await world.device.hosts())
  return hosts[0]?.status?.agents.find(({ name }) => name === 'custom')?.choices
}
const change = async (task: WatchedTask, choose: Chosen) =>
  must(await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'set-option', choose }))

describe('by its options', () => {
  beforeAll(async () => {
    world = await openHostWorld({ agentArgs: ['--choices', 'options'] })
  })
  afterAll(() => world?.close())

  test('what it offers is known to devices from its last session, also after a restart; of its modes only those in which it asks', async () => {
    expect(await choicesOf()).toBeUndefined()
    const task = await say({})
    expect(await task.ended).toBe('completed')
    expect(told()).toEqual([])
    expect(chosenIn(task).at(-1)).toEqual({ mode: 'default', model: 'small', effort: 'low' })
    const offered = {
      mode: ['default', 'plan'].map((id) => ({ id, name: id })),
      model: ['small', 'large'].map((id) => ({ id, name: id.toUpperCase() })),
      effort: ['low', 'high'].map((id) => ({ id, name: id.toUpperCase() })),
    }
    await expect.poll(choicesOf, soon).toEqual(offered)
    await world.stopHost()
    await world.startHost()
    const again = await say({})
    expect(await again.ended).toBe('completed')
    expect(await choicesOf()).toEqual(offered)
  })

  test('is set before the first prompt, read back and told in the log', async () => {
    const task = await say({ model: 'large', effort: 'high', mode: 'plan' })
    expect(await task.ended).toBe('completed')
    expect(told().slice(-3)).toEqual(['mode=plan', 'the-model=large', 'thinking=high'])
    expect(chosenIn(task).at(-1)).toEqual({ mode: 'plan', model: 'large', effort: 'high' })
    expect(world.agentLog().findLast(({ prompt }) => prompt !== undefined)).toMatchObject({ mode: 'plan' })
  })

  test('a mode in which it would not ask is refused, and so is what it does not offer: nothing begins', async () => {
    const before = world.agentLog().filter(({ prompt }) => prompt !== undefined).length
    const acting = await say({ mode: 'yolo' })
    expect(await acting.ended).toBe('rejected')
    expect(end(acting)).toMatchObject({ code: 'mode_refused' })
    const unknown = await say({ model: 'huge' })
    expect(await unknown.ended).toBe('rejected')
    expect(end(unknown)).toMatchObject({ code: 'choice_unknown' })
    expect(told()).not.toContain('mode=yolo')
    expect(world.agentLog().filter(({ prompt }) => prompt !== undefined)).toHaveLength(before)
  })

  test('is changed while it works, and stays so over a restart; what is refused changes nothing', async () => {
    const task = await say({}, 'slow')
    await task.events.until((event) => event.type === 'message')
    await change(task, { model: 'large' })
    await task.events.until((event) => event.type === 'title' && event.chosen?.model === 'large')
    await change(task, { mode: 'yolo' })
    await task.events.until((event) => event.type === 'refused' && event.code === 'mode_refused')
    expect(told()).not.toContain('mode=yolo')
    const count = told().filter((one) => one === 'the-model=large').length
    await world.stopHost()
    await world.startHost()
    await expect.poll(() => world.agentLog().findLast(({ session }) => session)?.session, soon).toBe('loaded')
    await expect.poll(() => chosenIn(task).at(-1), soon).toEqual({ mode: 'default', model: 'large', effort: 'low' })
    // The agent's own session remembers it too: it is not set twice.
    expect(told().filter((one) => one === 'the-model=large')).toHaveLength(count)
    must(await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'cancel' }))
    expect(await task.ended).toBe('canceled')
  })
})

describe('by session/set_model, which is no part of version 1', () => {
  beforeAll(async () => {
    world = await openHostWorld({ agentArgs: ['--choices', 'models'] })
  })
  afterAll(() => world?.close())

  test('is offered and set too', async () => {
    const task = await say({ model: 'large' })
    expect(await task.ended).toBe('completed')
    expect(told()).toContain('model=large')
    expect(chosenIn(task).at(-1)).toMatchObject({ model: 'large' })
    await expect.poll(choicesOf, soon).toMatchObject({ model: [{ id: 'small' }, { id: 'large' }] })
  })
})
