export type Rgb = readonly [red: number, green: number, blue: number]

const names: readonly string[] = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']
/** Of xterm. */
const normal: readonly Rgb[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
]
const bright: readonly Rgb[] = [
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
]
const black: Rgb = [0, 0, 0]
const white: Rgb = [255, 255, 255]

/** The colour that anser names, `ansi-red`, `ansi-palette-208` or `ansi-truecolor` with "1, 2, 3"; null for none or one that there is not. */
export function rgbOf(name: string | null, truecolor: string | null): Rgb | null {
  if (name === 'ansi-truecolor') {
    const parts = (truecolor ?? '').split(',').map(Number)
    return parts.length === 3 && parts.every((part) => part >= 0 && part <= 255) ? (parts as unknown as Rgb) : null
  }
  const [, isBright, plain] = /^ansi-(bright-)?(\w+)$/.exec(name ?? '') ?? []
  const index = plain === undefined ? -1 : names.indexOf(plain)
  if (index >= 0) return (isBright ? bright : normal)[index] ?? null
  const [, number] = /^ansi-palette-(\d+)$/.exec(name ?? '') ?? []
  return number === undefined ? null : paletteColour(Number(number))
}

/** The cube of 6 × 6 × 6 and the greys of xterm's 256 colours. */
function paletteColour(n: number): Rgb | null {
  if (n < 16 || n > 255) return null
  if (n >= 232) {
    const grey = 8 + (n - 232) * 10
    return [grey, grey, grey]
  }
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40)
  const at = n - 16
  return [level(Math.floor(at / 36)), level(Math.floor(at / 6) % 6), level(at % 6)]
}

/** WCAG 2.2: relative luminance, and the contrast of two colours. */
const luminance = (rgb: Rgb): number => {
  const [red, green, blue] = rgb.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as unknown as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

/** The colour of text on this ground: the wanted one where it can be read (4.5 : 1), else black or white. */
export function readableOn(ground: Rgb, wanted: Rgb | null): Rgb {
  if (wanted && contrast(ground, wanted) >= 4.5) return wanted
  return contrast(ground, black) >= contrast(ground, white) ? black : white
}

export const cssOf = (rgb: Rgb): string => `rgb(${rgb.join(' ')})`
