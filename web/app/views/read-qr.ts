import type { ReadQr } from './camera.tsx'

/** Browsers that read codes themselves; in no standard that TypeScript knows. */
type Detector = { detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]> }
type Detecting = { BarcodeDetector?: new (options: { formats: string[] }) => Detector }

/** The browser's own reader where there is one, else one of ours, which is loaded only then. */
export function openQrReader(): ReadQr {
  const { BarcodeDetector } = globalThis as Detecting
  if (!BarcodeDetector) return readByOurselves()
  const detector = new BarcodeDetector({ formats: ['qr_code'] })
  const other = readByOurselves()
  return async (video) => {
    try {
      return (await detector.detect(video))[0]?.rawValue ?? null
    } catch {
      // Some systems announce it and have none.
      return other(video)
    }
  }
}

/** Pixels on the longer side: enough for a code of version 7, few enough for a slow phone. */
const SIDE = 720

function readByOurselves(): ReadQr {
  const decoder = import('qr/decode.js')
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return async (video) => {
    const { videoWidth: width, videoHeight: height } = video
    if (!context || width === 0) return null
    const scale = Math.min(1, SIDE / Math.max(width, height))
    canvas.width = Math.round(width * scale)
    canvas.height = Math.round(height * scale)
    context.drawImage(video, 0, 0, canvas.width, canvas.height)
    try {
      return (await decoder).decodeQR(context.getImageData(0, 0, canvas.width, canvas.height))
    } catch {
      // It throws when there is no code in the picture.
      return null
    }
  }
}
