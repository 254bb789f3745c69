import { createInterface } from 'node:readline'

/** Calls back for each line that is typed or piped in. Returns how to stop listening; the end of the input is no error. */
export function onLines(input: NodeJS.ReadableStream, take: (line: string) => void): () => void {
  const reader = createInterface({ input, terminal: false })
  // A terminal that goes away is the end of the input.
  reader.on('error', () => reader.close())
  reader.on('line', (line) => take(line.trim()))
  return () => reader.close()
}

/** The next line that is typed; empty when there is none to come. */
export function nextLine(input: NodeJS.ReadableStream, stop: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const reader = createInterface({ input, terminal: false })
    const done = (line: string) => {
      resolve(line.trim())
      reader.close()
    }
    reader.once('error', () => done(''))
    reader.once('line', done)
    reader.once('close', () => resolve(''))
    stop.addEventListener('abort', () => done(''), { once: true })
  })
}
