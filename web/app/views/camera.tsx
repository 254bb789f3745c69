import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../../texts/all-texts.ts'
import { Notice } from '../parts/layout.tsx'

/** A QR code in the picture as text, or null. */
export type ReadQr = (video: HTMLVideoElement) => Promise<string | null>

const LOOK_MS = 200

/** The camera's picture, until a QR code is in it. The camera goes off when this leaves the screen. */
/** `mark`: what is in the text of the wanted code, and in no other. */
export function Camera({ mark, onText }: { mark: '/p#' | '/passkey#'; onText(text: string): void }) {
  const video = useRef<HTMLVideoElement>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    let stream: MediaStream | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    let gone = false
    const start = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
      const { openQrReader } = await import('./read-qr.ts')
      const read = openQrReader()
      const element = video.current
      if (gone || !element) return stop()
      element.srcObject = stream
      await element.play()
      const look = async () => {
        const text = await read(element)
        if (gone) return
        if (text?.includes(mark)) onText(text)
        else timer = setTimeout(look, LOOK_MS)
      }
      await look()
    }
    const stop = () => {
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
    start().catch(() => gone || setFailed(true))
    return () => {
      gone = true
      clearTimeout(timer)
      stop()
    }
  }, [])
  if (failed) return <Notice kind="warning">{t('pair.noCamera')}</Notice>
  return (
    <figure class="camera">
      <video ref={video} muted playsInline />
      <figcaption>{t('pair.aim')}</figcaption>
    </figure>
  )
}
