import { createInterface } from 'node:readline'

/** Calls back for each line that is typed or piped in. Returns how to stop listening; the end of the input is no error. */
export function onLines(input: NodeJS.ReadableStream, take: (line: string) => void): () => void {
  const reader = createInterface({ input, terminal: false })
  reader.on('line', (line) => take(line.trim()))
  return () => reader.close()
}
