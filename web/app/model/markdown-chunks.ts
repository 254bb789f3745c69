/** Characters from which a message is read in chunks. */
const CHUNK = 3_000
/** A chunk that nothing divides and that is longer than this is shown as it stands: no message may hold up the screen. Characters. */
export const LONGEST = 40_000

/**
 * Cuts a message where markdown begins anew: at an empty line outside of a fence, before a line that continues no list or quote. What is cut stays cut as the message grows, so a
 * chunk before the last never changes.
 */
export function chunksOf(text: string): string[] {
  if (text.length <= CHUNK) return [text]
  const chunks: string[] = []
  let from = 0
  let fence: string | null = null
  let isAfterEmpty = false
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at) + 1 || text.length
    const line = text.slice(at, end)
    if (isAfterEmpty && fence === null && at - from >= CHUNK && beginsAnew.test(line)) {
      chunks.push(text.slice(from, at))
      from = at
    }
    const [, mark = ''] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? []
    if (fence === null && mark !== '') fence = mark
    else if (fence !== null && mark.startsWith(fence) && line.trim() === mark) fence = null
    isAfterEmpty = line.trim() === ''
    at = end
  }
  return [...chunks, text.slice(from)]
}

/** No list item, no quote, nothing indented, no table's row. */
const beginsAnew = /^(?![-*+>|\s]|\d+[.)])/
