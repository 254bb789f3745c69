import { useEffect, useRef, useState } from 'preact/hooks'
import type { AttachedFile } from '#client/attach.ts'
import { attachmentsMost } from '#protocol/statements/attachment.ts'
import { takeShared } from '../../shared/shared-pictures.ts'
import { scalePicture } from './scale-picture.ts'

export type Attachment = { file: AttachedFile; url: string }

/** Pictures that go along with what is written, until they are sent or taken away. */
export type Attachments = {
  all: readonly Attachment[]
  files: readonly AttachedFile[]
  /** One was no picture, or there were too many. */
  left: boolean
  add(files: Iterable<File>): Promise<void>
  remove(url: string): void
  clear(): void
  onPaste(event: ClipboardEvent): void
}

/** `takesShared`: begins with what another app has shared. */
export function useAttachments({ takesShared = false } = {}): Attachments {
  const [all, setAll] = useState<readonly Attachment[]>([])
  const [left, setLeft] = useState(false)
  const urls = useRef(new Set<string>())
  const release = (url: string) => {
    URL.revokeObjectURL(url)
    urls.current.delete(url)
  }
  useEffect(() => {
    if (takesShared) void takeShared(globalThis.caches).then((files) => (files.length > 0 ? add(files) : undefined))
  }, [])
  useEffect(() => () => [...urls.current].forEach(release), [])
  const add = async (files: Iterable<File>) => {
    const scaled = await Promise.all([...files].map(scalePicture))
    const fit = scaled.filter((file) => file !== null).slice(0, attachmentsMost - all.length)
    setLeft(fit.length < scaled.length)
    const added = fit.map((file) => {
      const url = URL.createObjectURL(new Blob([file.content as BlobPart], { type: file.mime }))
      urls.current.add(url)
      return { file, url }
    })
    setAll((before) => [...before, ...added])
  }
  return {
    all,
    files: all.map(({ file }) => file),
    left,
    add,
    remove(gone) {
      release(gone)
      setAll((before) => before.filter(({ url }) => url !== gone))
    },
    clear() {
      for (const { url } of all) release(url)
      setAll([])
    },
    onPaste(event) {
      const files = [...(event.clipboardData?.files ?? [])].filter(({ type }) => type.startsWith('image/'))
      if (files.length === 0) return
      event.preventDefault()
      void add(files)
    },
  }
}
