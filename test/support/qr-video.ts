import { encode } from 'uqr'

/** A still picture of a QR code as a film of one frame (YUV4MPEG2, 4:2:0), which Chromium's fake camera shows again and again. */
export function filmQr(text: string, side = 480): Buffer {
  const { data, size } = encode(text, { border: 4 })
  const scale = Math.floor(side / size)
  const margin = Math.floor((side - scale * size) / 2)
  const luma = Buffer.alloc(side * side, 235)
  for (let y = 0; y < scale * size; y += 1) {
    for (let x = 0; x < scale * size; x += 1) {
      const isDark = data[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true
      luma[(y + margin) * side + x + margin] = isDark ? 16 : 235
    }
  }
  const grey = Buffer.alloc(side * side * 0.5, 128)
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${side} H${side} F10:1 Ip A1:1 C420jpeg\nFRAME\n`), luma, grey])
}
