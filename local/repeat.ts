/** Does something again and again, never twice at once; a failure is told and the next time comes. Answers how to stop: it waits for what is under way. */
export function repeat(
  everyMs: number,
  run: () => Promise<void>,
  failed: (error: unknown) => void,
): () => Promise<void> {
  let running: Promise<void> | null = null
  const timer = setInterval(() => {
    running ??= run()
      .catch(failed)
      .finally(() => {
        running = null
      })
  }, everyMs).unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}
