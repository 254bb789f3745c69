import { escapeHidden } from '#client/display.ts'
import type { ErrorCode, Refused } from '#protocol/errors.ts'
import { errors } from '#protocol/errors.ts'

/** What a verb says: facts on standard output, as text or as one JSON object a line; why not on standard error (with `--json` also as a fact). */
export type Output = {
  json: boolean
  /** `event` names the fact; `text` is what a person reads instead, null for nothing. */
  fact(event: string, fields: Record<string, unknown>, text: string | null): void
  /** For people only: hints, progress. */
  hint(text: string): void
  refuse(refusal: Refused): void
}

export type Streams = { stdout: { write(text: string): unknown }; stderr: { write(text: string): unknown } }

export function outputTo({ stdout, stderr }: Streams, json: boolean): Output {
  return {
    json,
    fact(event, fields, text) {
      if (json) stdout.write(`${jsonLine({ event, ...fields })}\n`)
      else if (text !== null) stdout.write(`${text}\n`)
    },
    hint(text) {
      if (!json) stderr.write(`${text}\n`)
    },
    refuse({ code, detail }) {
      const title = errors[code][1]
      if (json) stdout.write(`${jsonLine({ event: 'refused', code, title, ...(detail ? { detail } : {}) })}\n`)
      else stderr.write(`${sentence(code, detail)}\n`)
    },
  }
}

/** The same value to every program; on a terminal nothing in it moves the cursor, turns the direction or goes unseen. */
const jsonLine = (fact: Record<string, unknown>): string => escapeHidden(JSON.stringify(fact))

export const sentence = (code: ErrorCode, detail?: string) =>
  `${code}: ${errors[code][1]}${detail ? ` (${detail})` : ''}`
