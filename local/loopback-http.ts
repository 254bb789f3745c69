import { connect, type Socket } from 'node:net'

type Request = { method: string; path: string; headers: Record<string, string>; body?: string | Uint8Array }
type Response = { statusCode: number; headers: Record<string, string>; body: Buffer }
type Answered = { response: Response }

const timeoutMs = 10_000

/**
 * HTTP/1.1 to a server of this relay's own on loopback, as a request handler of the SDK: one write a request and one small parser, over connections that stay.
 * Node's own client makes some thirty objects a request and costs as much as all the rest of a call. It knows what those servers say (a length, never
 * chunks) and nothing more; what it does not understand it fails, and the SDK tries again.
 */
export function loopbackHttp(url: string) {
  const { hostname: host, port } = new URL(url)
  const idle: Socket[] = []
  const open = new Set<Socket>()

  function socket(): Socket {
    for (let kept = idle.pop(); kept; kept = idle.pop()) if (kept.writable) return kept
    const made = connect({ host, port: Number(port), noDelay: true })
    open.add(made)
    made.once('close', () => open.delete(made))
    // While it is idle nobody else listens.
    made.on('error', () => made.destroy())
    made.on('timeout', () => made.destroy())
    return made
  }

  function handle({ method, path, headers, body = '' }: Request): Promise<Answered> {
    const content = typeof body === 'string' ? Buffer.from(body) : body
    let head = `${method} ${path} HTTP/1.1\r\n`
    for (const name in headers) if (name !== 'content-length') head += `${name}: ${headers[name]}\r\n`
    const bytes = Buffer.concat([Buffer.from(`${head}content-length: ${content.length}\r\n\r\n`), content])
    return new Promise((resolve, reject) => {
      const to = socket()
      const parse = responseParser()
      const stop = () => {
        to.off('data', heard)
        to.off('close', lost)
        to.setTimeout(0)
      }
      const heard = (chunk: Buffer) => {
        const response = parse(chunk)
        if (!response) return
        stop()
        if (response === 'nonsense' || response.headers.connection === 'close') to.destroy()
        else idle.push(to)
        if (response === 'nonsense') reject(unreachable('no HTTP was answered'))
        else resolve({ response })
      }
      const lost = () => {
        stop()
        reject(unreachable('the connection was closed'))
      }
      to.on('data', heard)
      to.once('close', lost)
      to.setTimeout(timeoutMs)
      to.write(bytes)
    })
  }

  return {
    handle,
    destroy() {
      for (const each of open) each.destroy()
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  }
}

/** An error that the SDK knows as the network's and tries again. */
const unreachable = (message: string) => Object.assign(new Error(message), { name: 'TimeoutError', code: 'ECONNRESET' })

/** Takes chunks until a whole response is there; null before that. */
function responseParser(): (chunk: Buffer) => Response | 'nonsense' | null {
  let bytes: Buffer = Buffer.alloc(0)
  let head: { statusCode: number; headers: Record<string, string>; from: number; to: number } | null = null
  return (chunk) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
    if (!head) {
      const end = bytes.indexOf('\r\n\r\n')
      if (end < 0) return null
      const [status = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
      const headers: Record<string, string> = {}
      for (const line of lines) {
        const colon = line.indexOf(':')
        headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
      }
      const length = status.startsWith('HTTP/1.1 204 ') ? 0 : Number(headers['content-length'])
      if (!/^HTTP\/1\.1 \d{3} /.test(status) || !Number.isSafeInteger(length)) return 'nonsense'
      head = { statusCode: Number(status.slice(9, 12)), headers, from: end + 4, to: end + 4 + length }
    }
    if (bytes.length < head.to) return null
    return { statusCode: head.statusCode, headers: head.headers, body: bytes.subarray(head.from, head.to) }
  }
}
