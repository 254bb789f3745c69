/** JSON of unknown origin: undefined for what is none. Its form is the schema's to judge. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
