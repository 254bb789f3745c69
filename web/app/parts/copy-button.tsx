import { useState } from 'preact/hooks'

/** `text` is asked for by the tap. */
type Props = { text(): string; label: string; done: string }

/** Puts a text into the clipboard, and says so in its own place. */
export function CopyButton({ text, label, done }: Props) {
  const [isCopied, setCopied] = useState(false)
  const copy = () => void navigator.clipboard.writeText(text()).then(() => setCopied(true))
  return (
    <button type="button" class="text-button" onClick={copy}>
      <span aria-live="polite">{isCopied ? done : label}</span>
    </button>
  )
}
