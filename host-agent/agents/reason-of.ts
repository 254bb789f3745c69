/** What went wrong between us and an agent, in the words of whoever said so. */
export function reasonOf(error: unknown): string {
  const data = error instanceof Error && 'data' in error ? error.data : undefined
  const message = error instanceof Error ? error.message : String(error)
  return `${message}${data === undefined ? '' : ` ${JSON.stringify(data)}`}`.slice(0, 1_000)
}
