import { useEffect, useRef, useState } from 'preact/hooks'
import type { ErrorCode } from '#protocol/errors.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { pictures } from './pictures.ts'
import { readBlob } from './read-blob.ts'
import { useApp } from './use-app.ts'

/** Bytes of a log that are shown: all of it is saved. */
const TAIL = 60_000

export type ArtifactEvent = Extract<TaskEvent, { type: 'artifact' }>

/** The opened content as an address of this page alone, given back when nobody shows it any more. */
export function useBlobUrl({ kind, blob, mime }: ArtifactEvent, atOnce: boolean) {
  const { model } = useApp()
  const [url, setUrl] = useState<string | null>(null)
  const [tail, setTail] = useState<string | null>(null)
  const [failure, setFailure] = useState<ErrorCode | null>(null)
  const made = useRef<string | null>(null)
  const load = async () => {
    const read = await readBlob(model.device, blob)
    setFailure(read.ok ? null : read.code)
    if (!read.ok) return
    // A file never opens inside the app's origin: as bytes of no kind it can only be saved.
    const type = pictures.has(mime) ? mime : 'application/octet-stream'
    made.current = URL.createObjectURL(new Blob([read.value], { type }))
    setUrl(made.current)
    if (kind === 'log') setTail(new TextDecoder().decode(read.value.subarray(-TAIL)))
  }
  useEffect(() => {
    if (atOnce) void load()
    return () => {
      if (made.current) URL.revokeObjectURL(made.current)
    }
  }, [blob.id])
  return { url, tail, failure, load }
}
