import Anser from 'anser'
import { useMemo } from 'preact/hooks'
import { cssOf, readableOn, rgbOf } from '../model/ansi-colours.ts'
import { settled } from '../model/terminal-text.ts'
import { Exact } from '../parts/exact.tsx'

/** These the style knows, for either theme. */
const named = /^ansi-(bright-)?(black|red|green|yellow|blue|magenta|cyan|white)$/
const styles: ReadonlySet<string> = new Set(['bold', 'dim', 'italic', 'underline', 'strikethrough'])

/** What a program printed, as a terminal would show it, with its colours; everything else that escapes can do is left out. */
export function Terminal({ text }: { text: string }) {
  const pieces = useMemo(
    () => Anser.ansiToJson(settled(text), { use_classes: true, remove_empty: true, json: true }),
    [text],
  )
  return (
    <pre class="block terminal">
      {pieces.map((piece, index) => {
        const { style, colour } = lookOf(piece)
        const classes = [colour, ...piece.decorations.filter((one) => styles.has(one)).map((one) => `ansi-${one}`)]
        return (
          <span key={index} class={classes.filter(Boolean).join(' ') || undefined} {...(style ? { style } : {})}>
            <Exact text={piece.content} lines />
          </span>
        )
      })}
    </pre>
  )
}

type Look = { colour: string; style?: Record<string, string> }

/**
 * On a ground of its own the text has a colour that can be read there. Without one, the sixteen are the theme's; any other keeps its hue, and the style makes it as light or dark as
 * the theme's ground wants it.
 */
function lookOf({ fg, bg, fg_truecolor, bg_truecolor, decorations }: Anser.AnserJsonEntry): Look {
  const isReverse = decorations.includes('reverse')
  const [front, back] = [rgbOf(fg, fg_truecolor), rgbOf(bg, bg_truecolor)]
  const ground = isReverse ? front : back
  if (ground) {
    const color = cssOf(readableOn(ground, isReverse ? back : front))
    return { colour: '', style: { color, backgroundColor: cssOf(ground) } }
  }
  if (isReverse) return { colour: 'ansi-reverse' }
  if (named.test(fg ?? '')) return { colour: fg }
  return front ? { colour: 'ansi-any', style: { '--ansi': cssOf(front) } } : { colour: '' }
}
