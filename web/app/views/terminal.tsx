import Anser from 'anser'
import { useMemo } from 'preact/hooks'
import { Exact } from '../parts/exact.tsx'

const colours: ReadonlySet<string> = new Set(
  ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'].flatMap((name) => [
    `ansi-${name}`,
    `ansi-bright-${name}`,
  ]),
)
const styles: ReadonlySet<string> = new Set(['bold', 'dim', 'italic', 'underline', 'strikethrough'])

/** What a program printed, with its colours: sixteen by class, everything else that escapes can do is left out. */
export function Terminal({ text }: { text: string }) {
  const pieces = useMemo(() => Anser.ansiToJson(text, { use_classes: true, remove_empty: true, json: true }), [text])
  return (
    <pre class="block terminal">
      {pieces.map(({ content, fg, decorations }, index) => {
        const classes = [
          colours.has(fg) ? fg : '',
          ...decorations.filter((one) => styles.has(one)).map((one) => `ansi-${one}`),
        ]
        return (
          <span key={index} class={classes.filter(Boolean).join(' ') || undefined}>
            <Exact text={content.replaceAll('\r\n', '\n')} lines />
          </span>
        )
      })}
    </pre>
  )
}
