import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'

/** Long enough not to happen in a pocket, short enough to mean it. Milliseconds; the style's transition takes as long. */
export const HOLD_MS = 1_000

type Props = { label: string; disabled: boolean; onHeld(): void }

/** A button that counts only when it was held: by a finger, or by the space or enter key. A screen reader's double tap has no length; there a second one confirms. */
export function HoldButton({ label, disabled, onHeld }: Props) {
  const [holding, setHolding] = useState(false)
  const [armed, setArmed] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const start = () => {
    if (disabled || timer.current !== undefined) return
    setHolding(true)
    timer.current = setTimeout(() => {
      stop()
      onHeld()
    }, HOLD_MS)
  }
  const stop = () => {
    clearTimeout(timer.current)
    timer.current = undefined
    setHolding(false)
  }
  useEffect(() => stop, [])
  const isKey = ({ key }: KeyboardEvent) => key === ' ' || key === 'Enter'
  return (
    <button
      type="button"
      class={`button button-big button-primary button-hold${holding ? ' button-holding' : ''}`}
      disabled={disabled}
      onPointerDown={(event) => event.button === 0 && start()}
      onPointerUp={stop}
      onPointerLeave={stop}
      onPointerCancel={stop}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (!isKey(event)) return
        event.preventDefault()
        if (!event.repeat) start()
      }}
      onKeyUp={(event) => isKey(event) && stop()}
      onBlur={stop}
      onClick={(event) => {
        // A finger's and a mouse's click have a count; what a screen reader presses has none.
        if (event.detail !== 0) return
        if (armed) onHeld()
        setArmed(!armed)
      }}
    >
      <span>{armed ? t('asking.holdAgain', { label }) : t('asking.hold', { label })}</span>
    </button>
  )
}
