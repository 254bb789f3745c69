import type { World } from './world.ts'

/** Has the agent ask so often, each time when the one before is answered, and approves all of it. Resolves when every receipt is at the relay. */
export async function ask({ device, host, hostId }: World, rounds: number): Promise<void> {
  let failed: (error: unknown) => void = () => {}
  const failure = new Promise<never>((_, reject) => {
    failed = reject
  })
  const stop = device.connect().on((event) => {
    if (event.type !== 'approval' || event.card.state !== 'open') return
    const shown = { where: 'app', whole: true } as const
    device
      .decide({ approvalId: event.card.id, answer: 'approve', shown })
      .then((answered) => {
        if (!answered.ok || answered.value.state === 'refused')
          failed(new Error(`not decided: ${JSON.stringify(answered)}`))
      })
      .catch(failed)
  })
  const submitted = await device.submitTask({ hostId, text: JSON.stringify({ ask: rounds }) })
  if (!submitted.ok) throw new Error(submitted.code)
  const ended = host.waitFor(
    (line) => JSON.parse(line) as { event: string; taskId: string; state: string },
    ({ event, taskId, state }) => event === 'task' && taskId === submitted.value.head.id && state === 'completed',
  )
  await Promise.race([ended, failure])
  stop()
}
