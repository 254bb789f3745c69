/** Prints what happens with the milliseconds since the task was submitted, as text or as one JSON object a line. */
export type Timeline = {
  /** Marks the zero. */
  begin(): void
  say(event: string, text: string, fields?: Record<string, unknown>): void
  summary(fields: Record<string, unknown>): void
  problem(sentence: string): void
}

export function timelineTo(json: boolean, write: (text: string) => void): Timeline {
  let zero = Date.now()
  const print = (fields: Record<string, unknown>, text: string) => write(`${json ? JSON.stringify(fields) : text}\n`)
  const since = () => Date.now() - zero
  return {
    begin: () => {
      zero = Date.now()
    },
    say: (event, text, fields = {}) =>
      print({ event, ms: since(), ...fields }, `${String(since()).padStart(7)} ms  ${text}`),
    problem: (sentence) => print({ event: 'problem', sentence }, `  problem: ${sentence}`),
    // The last line is for programs in both forms.
    summary: (fields) => write(`${JSON.stringify({ event: 'summary', ...fields })}\n`),
  }
}
