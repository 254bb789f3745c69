import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { openRowHeights } from '../model/row-heights.ts'

/** Rows that are made beyond what is seen, on either side: a flick of a thumb does not outrun them. In pixels. */
const MARGIN = 600

type Props = {
  count: number
  /** Height of a row that was not seen yet, in pixels. */
  guess: number
  row(index: number): ComponentChildren
  class: string
  /** The newest stays in sight while one is at the end. */
  follow?: boolean
}

/** What scrolls: the page, or a list that stands beside what is open. */
const scrollerOf = (list: Element): Element => list.closest('.beside-list') ?? document.documentElement

/** A long list that scrolls with the page: only what is in sight is in the document. Rows have the heights that they have; they are measured when they are made. */
export function VirtualList({ count, guess, row, class: name, follow = false }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const [heights] = useState(() => openRowHeights(guess))
  const [range, setRange] = useState({ from: 0, to: Math.min(count, Math.ceil(1_500 / guess)) })
  const isAtEnd = useRef(false)
  heights.setCount(count)

  const look = () => {
    const list = box.current
    if (!list) return
    const above = -list.getBoundingClientRect().top
    const from = heights.rowAt(above - MARGIN)
    const to = Math.min(heights.rowAt(above + window.innerHeight + MARGIN) + 1, count)
    setRange((old) => (old.from === from && old.to === to ? old : { from, to }))
  }

  useEffect(() => {
    let frame = 0
    const lookSoon = () => {
      if (frame === 0)
        frame = requestAnimationFrame(() => {
          frame = 0
          look()
        })
    }
    const onScroll = () => {
      const { scrollHeight, clientHeight, scrollTop } = scrollerOf(box.current ?? document.body)
      isAtEnd.current = scrollHeight - clientHeight - scrollTop < 120
      lookSoon()
    }
    look()
    // What folds above moves this list, and nothing scrolls.
    const moves = 'ResizeObserver' in globalThis ? new ResizeObserver(lookSoon) : null
    moves?.observe(document.body)
    // Also of what scrolls inside of the page.
    window.addEventListener('scroll', onScroll, { passive: true, capture: true })
    window.addEventListener('resize', onScroll)
    return () => {
      cancelAnimationFrame(frame)
      moves?.disconnect()
      window.removeEventListener('scroll', onScroll, { capture: true })
      window.removeEventListener('resize', onScroll)
    }
  }, [count])

  // Heights come in one go for all rows that changed; what is above the screen must not push away what is read.
  const [sizes] = useState(() => {
    if (!('ResizeObserver' in globalThis)) return null
    return new ResizeObserver((entries) => {
      const list = box.current
      if (!list) return
      const above = heights.rowAt(Math.max(-list.getBoundingClientRect().top, 0))
      let shift = 0
      for (const { target, borderBoxSize } of entries) {
        const index = Number((target as HTMLElement).dataset.row)
        const delta = heights.measured(index, borderBoxSize[0]?.blockSize ?? guess)
        if (index < above) shift += delta
      }
      if (shift !== 0) scrollerOf(list).scrollTop += shift
      setRange((old) => ({ ...old }))
    })
  })
  useEffect(() => () => sizes?.disconnect(), [sizes])

  useLayoutEffect(() => {
    if (follow && isAtEnd.current) window.scrollTo(0, document.documentElement.scrollHeight)
  }, [count, follow, range])

  const from = Math.min(range.from, count)
  const to = Math.min(Math.max(range.to, from), count)
  const rows = []
  for (let index = from; index < to; index += 1) rows.push(<Row key={index} index={index} row={row} sizes={sizes} />)
  return (
    <div
      ref={box}
      class={`virtual ${name}`}
      style={{
        paddingBlockStart: `${heights.top(from)}px`,
        paddingBlockEnd: `${heights.top(count) - heights.top(to)}px`,
      }}
    >
      {rows}
    </div>
  )
}

function Row({ index, row, sizes }: Pick<Props, 'row'> & { index: number; sizes: ResizeObserver | null }) {
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const made = element.current
    if (!made || !sizes) return
    sizes.observe(made)
    return () => sizes.unobserve(made)
  }, [sizes])
  return (
    <div ref={element} class="virtual-row" data-row={index}>
      {row(index)}
    </div>
  )
}
