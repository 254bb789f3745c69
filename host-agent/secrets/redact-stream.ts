import type { Redactor } from './redact.ts'

/** Words at the end of a text that wait for what follows: the longest beginning of a secret's form (`-----BEGIN OPENSSH PRIVATE KEY`) has fewer. */
const heldWords = 5
const heldChars = 4_096
/** A line, or a sentence of plain words: nothing that goes on in the middle of a secret ends so. */
const endsWhole = /\n$|(?:^|\s)["'(*_`]*[A-Z]?[a-z'’]+[.!?…]["')*_`]*$/
/** Words after which the next one may be a secret: its name, the word before it, or the lines of a key before. */
const leadsOn =
  /pass|secret|token|key|credential|webhook|connection|auth|bearer|basic|login|identified|user|-----|(?:^|\s)-u|[:=]\s*$|\bhv[sb]\.$|[A-Za-z0-9+/]{60}/i
/** Nothing is held beyond that, a key file of 16384 bits included. */
const heldMost = 32_768

/**
 * Text that comes in pieces, as programs and models write it: a secret that is cut in two by them is found all the same. `take` gives what is safe to show so
 * far, `end` the rest.
 */
export type RedactStream = { take(piece: string): string; end(): string }

export function createRedactStream({ redact, spans, mayBegin }: Redactor): RedactStream {
  let held = ''
  return {
    take(piece) {
      held += piece
      const safe = safeCut(held, spans(held), mayBegin)
      // Not by how long the piece is: a large one is cut as safely as a small one.
      const cut = held.length - safe > heldMost ? held.length - heldChars : safe
      const shown = redact(held.slice(0, cut))
      held = held.slice(cut)
      return shown
    },
    end() {
      const rest = redact(held)
      held = ''
      return rest
    },
  }
}

/** Before the last words, and never inside of what is a secret, or the beginning of one, by now. */
function safeCut(text: string, spans: readonly [number, number][], mayBegin: Redactor['mayBegin']): number {
  let cut = text.length
  for (let words = 0; words < heldWords && cut > 0 && text.length - cut < heldChars; words += 1) {
    while (cut > 0 && !isSpace(text.charCodeAt(cut - 1))) cut -= 1
    if (words < heldWords - 1) while (cut > 0 && isSpace(text.charCodeAt(cut - 1))) cut -= 1
  }
  cut = Math.max(cut, text.length - heldChars)
  // A whole line or sentence is shown at once, so that whoever watches doesn't wait for the next one.
  const tail = text.slice(cut)
  if (endsWhole.test(text) && !leadsOn.test(tail) && !mayBegin(tail)) cut = text.length
  for (let before = -1; before !== cut; ) {
    before = cut
    for (const [start, end] of spans) if (start < cut && cut < end) cut = start
  }
  return cut
}

const isSpace = (code: number) => code === 32 || (code >= 9 && code <= 13)
