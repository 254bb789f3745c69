import { useEffect, useState } from 'preact/hooks'

/** Code that is not needed at first: null until it is there. When it can't be loaded (offline, an old page beside a new release) it stays null, and what stands in for it stays. */
export function useLazy<T>(load: () => Promise<T>): T | null {
  const [loaded, setLoaded] = useState<{ it: T } | null>(null)
  useEffect(() => {
    let gone = false
    load().then(
      (it) => gone || setLoaded({ it }),
      () => undefined,
    )
    return () => {
      gone = true
    }
  }, [])
  return loaded?.it ?? null
}
