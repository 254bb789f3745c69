import { useEffect, useRef, useState } from 'preact/hooks'

/** So near to the end there is nothing to be led to. Pixels. */
const NEAR = 240
/** Frames in which the end has to stay where it is; and after which it is given up. */
const CALM = 3
const MOST = 60

/** Where what is read ends, put `end` there: whether that is far below, and the way there. */
export function useEnd() {
  const end = useRef<HTMLDivElement>(null)
  const [isFar, setFar] = useState(false)
  useEffect(() => {
    if (!end.current) return
    const observer = new IntersectionObserver((entries) => setFar(entries.at(-1)?.isIntersecting === false), {
      // Whoever has gone past it is there.
      rootMargin: `100000px 0px ${NEAR}px 0px`,
    })
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [])
  return { end, isFar, toEnd }
}

/** Rows get their heights when they come into sight, so the end moves while one goes there. */
function toEnd(): void {
  const page = document.documentElement
  let calm = 0
  let frames = 0
  const go = () => {
    const isThere = page.scrollHeight - page.clientHeight - page.scrollTop < 2
    calm = isThere ? calm + 1 : 0
    if (!isThere) window.scrollTo(0, page.scrollHeight)
    frames += 1
    if (calm < CALM && frames < MOST) requestAnimationFrame(go)
  }
  go()
}
