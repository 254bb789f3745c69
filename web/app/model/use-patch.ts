import { useEffect, useState } from 'preact/hooks'
import type { ErrorCode } from '#protocol/errors.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { readBlobText } from './read-blob.ts'
import { useApp } from './use-app.ts'

type DiffEvent = Extract<TaskEvent, { type: 'diff' }>

/** `text` null: it is on its way; an older one stays until the newer is there. `failure`: it could not be fetched, and `again` tries it anew. */
export type Patch = { text: string | null; failure: ErrorCode | null; again(): void }

/** The patch of the newest diff: in the event, or fetched by its signed reference as long as somebody looks at it. */
export function usePatch(diff: DiffEvent | null): Patch {
  const { model } = useApp()
  const [fetched, setFetched] = useState<string | null>(null)
  const [failure, setFailure] = useState<ErrorCode | null>(null)
  const [tries, setTries] = useState(0)
  const blob = diff?.blob
  useEffect(() => {
    if (!blob) return
    let gone = false
    setFailure(null)
    void readBlobText(model.device, blob).then((read) => {
      if (gone) return
      if (read.ok) setFetched(read.value)
      else setFailure(read.code)
    })
    return () => {
      gone = true
    }
  }, [blob?.id, tries])
  const again = () => setTries((before) => before + 1)
  return blob ? { text: fetched, failure, again } : { text: diff?.patch ?? '', failure: null, again }
}
