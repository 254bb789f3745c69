/**
 * What a terminal would show of what a program printed, as far as it goes over the same line again: a carriage return begins the line anew and what follows writes over it, a
 * backspace takes one character back. Progress bars become their last state; colours are left for who draws them.
 */
export const settled = (text: string): string =>
  /[\r\b]/.test(text) ? text.split('\n').map(settledLine).join('\n') : text

/** A control sequence (ECMA-48): a linter would have the escape itself in no pattern. */
const ESC = String.fromCharCode(27)
const SEQUENCE = new RegExp(`${ESC}\\[[0-9;]*[A-Za-z]`, 'g')
const ERASES = new RegExp(`${ESC}\\[[02]?K`)

function settledLine(line: string): string {
  const states = withoutBackspaces(line).split('\r')
  return states.reduce((shown, next) => {
    // Nothing was written after it: the line stands, as before its end or a program's last word.
    if (next === '') return shown
    // Colours go on, whatever is written over.
    const [before, after] = [shown.replaceAll(SEQUENCE, ''), next.replaceAll(SEQUENCE, '')]
    const isErased = ERASES.test(next)
    const rest = isErased || shown.includes(ESC) || next.includes(ESC) ? '' : before.slice(after.length)
    const colours = (shown.match(SEQUENCE) ?? []).filter((one) => one.endsWith('m')).join('')
    return colours + next + rest
  }, '')
}

function withoutBackspaces(line: string): string {
  if (!line.includes('\b')) return line
  const kept: string[] = []
  for (const character of line) {
    if (character !== '\b') kept.push(character)
    else if (kept.length > 0 && kept.at(-1) !== '\r') kept.pop()
  }
  return kept.join('')
}
