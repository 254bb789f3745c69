import type { RefObject } from 'preact'
import { useRef } from 'preact/hooks'

/** Shorter ones are a trembling hand. Pixels. */
const FAR = 48

/**
 * One finger that moves `what` to the side and lets go: `onSwipe` hears where to, 1 for the next in the direction of reading. What is enlarged is moved about by the same
 * finger, so nothing is swiped then; nor by two fingers.
 */
export function useSwipe(
  what: RefObject<HTMLElement | null>,
  onSwipe: (by: -1 | 1) => void,
  can: (by: -1 | 1) => boolean,
) {
  const begun = useRef<{ x: number; y: number } | null>(null)
  const move = (distance: number) => {
    if (what.current) what.current.style.translate = distance === 0 ? '' : `${distance}px`
  }
  const distanceOf = ({ changedTouches: [touch] }: TouchEvent): number => {
    const from = begun.current
    if (!from || !touch) return 0
    const across = touch.clientX - from.x
    return Math.abs(across) > Math.abs(touch.clientY - from.y) ? across : 0
  }
  const where = (distance: number): -1 | 1 => (distance > 0 === (document.dir === 'rtl') ? 1 : -1)
  const end = () => {
    move(0)
    begun.current = null
  }
  return {
    onTouchStart({ touches, target }: TouchEvent) {
      end()
      const [touch, other] = touches
      if (!touch || other || !what.current?.contains(target as Node)) return
      if ((window.visualViewport?.scale ?? 1) > 1.01) return
      begun.current = { x: touch.clientX, y: touch.clientY }
    },
    onTouchMove(event: TouchEvent) {
      const distance = distanceOf(event)
      // Where nothing comes, it gives way a little.
      move(can(where(distance)) ? distance : distance / 4)
    },
    onTouchEnd(event: TouchEvent) {
      const distance = distanceOf(event)
      end()
      if (Math.abs(distance) >= FAR) onSwipe(where(distance))
    },
    onTouchCancel: end,
  }
}
