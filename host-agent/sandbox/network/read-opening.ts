import type { Duplex } from 'node:stream'
import { helloMost, readClientHello } from './client-hello.ts'

/** How a tunnel begins, with the bytes read so far: TLS with its server name, HTTP, or nothing that may pass. */
export type Opening =
  | { kind: 'tls'; serverName: string | null; bytes: Buffer }
  | { kind: 'http'; bytes: Buffer }
  | { kind: 'none'; bytes: Buffer }

const openingMs = 15_000
const methods = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) $/

/** Reads until it is certain what a tunnel begins with. What comes too slowly, too long or malformed is `none`. */
export function readOpening(socket: Duplex, head: Buffer): Promise<Opening> {
  return new Promise((resolve) => {
    let bytes = head
    const end = (opening: Opening) => {
      clearTimeout(timer)
      socket.off('data', take)
      socket.off('close', stop)
      socket.off('end', stop)
      socket.pause()
      resolve(opening)
    }
    const stop = () => end({ kind: 'none', bytes })
    const timer = setTimeout(stop, openingMs)
    const judge = () => {
      const reading = readClientHello(bytes)
      if (reading.state === 'hello') return end({ kind: 'tls', serverName: reading.serverName, bytes })
      if (reading.state === 'bad' || bytes.length > 2 * helloMost) return stop()
      if (reading.state === 'more') return
      const word = bytes.toString('latin1', 0, 8).split(' ', 1)[0] ?? ''
      if (methods.test(`${word} `)) return bytes.length > word.length ? end({ kind: 'http', bytes }) : undefined
      if (
        bytes.length >= 8 ||
        !'GET HEAD POST PUT PATCH DELETE OPTIONS '.split(' ').some((name) => name.startsWith(word))
      )
        stop()
    }
    const take = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      judge()
    }
    socket.on('data', take)
    socket.once('close', stop)
    socket.once('end', stop)
    if (bytes.length > 0) judge()
  })
}
