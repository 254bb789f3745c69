import { useEffect, useState } from 'preact/hooks'

/**
 * Code that is not needed at first: `it` is null until it is there. `gone`: it can't be loaded (nothing is kept and there is no network, or an old page asks beside a new release);
 * then `LoadingCode` offers to load the app anew.
 */
export function useLazy<T>(load: () => Promise<T>): { it: T | null; gone: boolean } {
  const [loaded, setLoaded] = useState<{ it: T | null; gone: boolean }>({ it: null, gone: false })
  useEffect(() => {
    let left = false
    load().then(
      (it) => left || setLoaded({ it, gone: false }),
      () => left || setLoaded({ it: null, gone: true }),
    )
    return () => {
      left = true
    }
  }, [])
  return loaded
}
