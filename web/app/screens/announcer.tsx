import { useEffect, useRef, useState } from 'preact/hooks'
import { visible } from '#client/display.ts'
import { t } from '../../texts/all-texts.ts'
import { useApp } from '../model/use-app.ts'

/** Tells a screen reader, on whatever screen it is, of what has begun to wait. What waits when the app opens is on the screen already. */
export function Announcer() {
  const { model } = useApp()
  const needs = model.needs.value
  const known = useRef<ReadonlySet<string> | null>(null)
  const [words, setWords] = useState('')
  const isKnown = model.needsKnown.value.is === 'fresh'
  const ids = needs.map(({ id }) => id).join()
  useEffect(() => {
    if (!isKnown && !known.current) return
    const newest = needs.find(({ id }) => known.current?.has(id) === false)
    known.current = new Set(needs.map(({ id }) => id))
    if (!newest) return
    const { operation, project } = newest.approval
    setWords(t('announce', { what: t(`kind.${operation.kind}`), project: visible(project), count: needs.length }))
  }, [ids, isKnown])
  return (
    <p class="hidden-words" role="status">
      {words}
    </p>
  )
}
