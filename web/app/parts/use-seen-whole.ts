import { useEffect, useRef, useState } from 'preact/hooks'

/** True once the end of what is read was in sight: put `end` there. What was seen goes into the decision. */
export function useSeenWhole() {
  const end = useRef<HTMLDivElement>(null)
  const [whole, setWhole] = useState(false)
  useEffect(() => {
    if (!end.current) return
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setWhole(true)
    })
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [])
  return { end, whole }
}
