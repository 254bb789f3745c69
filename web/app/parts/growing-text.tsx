import type { TextareaHTMLAttributes } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

type Props = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'value' | 'onInput' | 'onKeyDown' | 'ref'> & {
  value: string
  onWords(words: string): void
  /** What the button beside it does; absent: there is none that is meant by it. */
  onDone?(): void
  /** Where the person has just asked for it. */
  takesFocus?: boolean
}

/** A field of several lines, as high as what is written. Enter begins a new line, as it does on a phone; with Ctrl or ⌘ it does what the button does. */
export function GrowingText({ value, onWords, onDone, takesFocus = false, ...others }: Props) {
  const field = useRef<HTMLTextAreaElement>(null)
  useLayoutEffect(() => {
    if (takesFocus) field.current?.focus()
  }, [])
  // Browsers that can't do it by the style alone.
  useLayoutEffect(() => {
    const { current } = field
    if (!current || globalThis.CSS?.supports('field-sizing', 'content')) return
    current.style.blockSize = 'auto'
    current.style.blockSize = `${current.offsetHeight - current.clientHeight + current.scrollHeight}px`
  }, [value])
  return (
    <textarea
      {...others}
      ref={field}
      enterkeyhint="enter"
      value={value}
      onInput={(event) => onWords(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (!onDone || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return
        event.preventDefault()
        onDone()
      }}
    />
  )
}
