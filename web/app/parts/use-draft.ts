import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import { AppContext } from '../model/use-app.ts'

/** Kept this long after the last key, and at once when the page goes. Milliseconds. */
const REST_MS = 400

/** Under `draft/…` in the device's store. */
export type Draft<T> = { at: number; value: T }

/**
 * What a person has begun to write, kept on this device: Back, a reload or a killed app loses none of it. Setting it to `empty` forgets it. Outside of the app (a view alone) it
 * is a state like any other.
 */
export function useDraft<T>(key: string, empty: T): [value: T, set: (value: T) => void] {
  const app = useContext(AppContext)
  const [value, setValue] = useState(empty)
  /** What is not written yet; null: nothing. */
  const unwritten = useRef<{ value: T } | null>(null)
  const hasTyped = useRef(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const write = () => {
    clearTimeout(timer.current)
    if (!unwritten.current || !app) return
    const { value: latest } = unwritten.current
    unwritten.current = null
    const { store, clock } = app.model.device.context
    const place = `draft/${key}`
    const written =
      latest === empty ? store.delete(place) : store.put<Draft<T>>(place, { at: clock.now(), value: latest })
    // A draft that can't be kept is still on the screen.
    void written.catch(() => undefined)
  }
  const set = (next: T) => {
    hasTyped.current = true
    unwritten.current = { value: next }
    setValue(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(write, next === empty ? 0 : REST_MS)
  }
  useEffect(() => {
    void app?.model.device.context.store.get<Draft<T>>(`draft/${key}`).then(
      (kept) => kept && !hasTyped.current && setValue(kept.value),
      () => undefined,
    )
    document.addEventListener('visibilitychange', write)
    return () => {
      document.removeEventListener('visibilitychange', write)
      write()
    }
  }, [key])
  return [value, set]
}
