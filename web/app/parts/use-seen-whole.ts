import { useEffect, useRef, useState } from 'preact/hooks'

/** True once the end of what is read was in sight: put `end` there. What was seen goes into the decision. */
export function useSeenWhole() {
  const end = useRef<HTMLDivElement>(null)
  const [whole, setWhole] = useState(false)
  useEffect(() => {
    if (!end.current) return
    // What lies behind the bar at the bottom is not in sight.
    const bar = document.querySelector('.answer-bar')?.getBoundingClientRect().top ?? window.innerHeight
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setWhole(true)
      },
      { rootMargin: `0px 0px -${Math.max(0, Math.round(window.innerHeight - bar))}px 0px` },
    )
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [])
  return { end, whole }
}
