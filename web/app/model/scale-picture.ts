import type { AttachedFile } from '#client/attach.ts'

/** Pixels of the longer side: what a model looks at, and little enough for a phone's network. */
const MOST = 2_048
const QUALITY = 0.85

/** A photo or screenshot as it is sent: small, upright, and drawn anew, so that nothing goes along that one doesn't see (place, camera, time). Null: it is no picture that this browser reads. */
export async function scalePicture(file: File): Promise<AttachedFile | null> {
  const bitmap = await createImageBitmap(file).catch(() => null)
  if (!bitmap) return null
  const scale = Math.min(1, MOST / Math.max(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(Math.round(bitmap.width * scale), 1)
  canvas.height = Math.max(Math.round(bitmap.height * scale), 1)
  const drawing = canvas.getContext('2d')
  if (!drawing) return null
  // JPEG knows no transparency: it would be black.
  drawing.fillStyle = 'white'
  drawing.fillRect(0, 0, canvas.width, canvas.height)
  drawing.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY))
  const content = made && new Uint8Array(await made.arrayBuffer())
  return content && { name: `${file.name.replace(/\.\w{1,5}$/, '').slice(0, 200)}.jpg`, mime: 'image/jpeg', content }
}
