import type { World } from './world.ts'

/** The agent asks `rounds` times, one after the other; the device approves each as it is shown, and hears of each receipt. Resolves when the host says that the task is over. */
export async function ask({ device, host, hostId }: World, rounds: number): Promise<void> {
  let failed: (reason: Error) => void = () => {}
  const failure = new Promise<never>((_, reject) => {
    failed = reject
  })
  let receipts = 0
  let allSettled: () => void = () => {}
  const settled = new Promise<void>((resolve) => {
    allSettled = resolve
  })
  const stop = device.connect().on((event) => {
    if (event.type !== 'approval') return
    if (event.card.state === 'open') void approve(event.card.id).catch(failed)
    if (event.card.receipt === undefined) return
    receipts += 1
    if (receipts === rounds) allSettled()
  })
  async function approve(approvalId: string): Promise<void> {
    const shown = { where: 'app', whole: true } as const
    const decided = await device.decide({ approvalId, answer: 'approve', shown })
    if (!decided.ok || decided.value.state === 'refused') throw new Error(`not decided: ${JSON.stringify(decided)}`)
  }
  const submitted = await device.submitTask({ hostId, text: JSON.stringify({ ask: rounds }) })
  if (!submitted.ok) throw new Error(submitted.code)
  const ended = host.waitFor(
    (line) => JSON.parse(line) as { event: string; taskId: string; state: string },
    ({ event, taskId, state }) => event === 'task' && taskId === submitted.value.head.id && state === 'completed',
  )
  // The task may end a moment before its last receipt has settled at the relay.
  await Promise.race([Promise.all([ended, settled]), failure])
  stop()
}
