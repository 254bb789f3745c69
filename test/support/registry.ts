import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'

export type Registry = {
  port: number
  /** Every request, as `METHOD PATH`. */
  requests: string[]
  /** Names of packages that somebody managed to publish. */
  published: string[]
  close(): void
}

/** A package: its name and its files. */
export type Package = { name: string; version: string; files: Readonly<Record<string, string>> }

/**
 * A small npm registry on loopback, without TLS: packages can be read, published and audited. `origin` is the address under which it is known to those
 * who ask, for the addresses of archives.
 */
export async function startRegistry(origin: string, packages: readonly Package[]): Promise<Registry> {
  const requests: string[] = []
  const published: string[] = []
  const archives = new Map(
    packages.map((each) => [`/${each.name}/-/${each.name}-${each.version}.tgz`, gzipSync(tar(each))]),
  )
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://registry').pathname)
    requests.push(`${request.method} ${path}`)
    request.resume()
    const json = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (request.method === 'PUT') {
      published.push(path.slice(1))
      return json(201, { ok: true })
    }
    if (request.method === 'POST') return json(200, {})
    const archive = archives.get(path)
    if (archive) return response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(archive)
    const found = packages.find(({ name }) => path === `/${name}`)
    if (!found) return json(404, { error: 'not_found' })
    const { name, version } = found
    const at = `/${name}/-/${name}-${version}.tgz`
    const integrity = `sha512-${createHash('sha512')
      .update(archives.get(at) ?? '')
      .digest('base64')}`
    return json(200, {
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { name, version, dist: { tarball: origin + at, integrity } } },
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    requests,
    published,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A POSIX archive (pax(1), ustar) with the files in `package/`, as npm wants them. */
function tar({ name, version, files }: Package): Buffer {
  const all = { 'package.json': JSON.stringify({ name, version }), ...files }
  const entries = Object.entries(all).map(([path, text]) => {
    const header = Buffer.alloc(512)
    const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`
    header.write(`package/${path}`, 0)
    header.write(octal(0o644, 8), 100)
    header.write(octal(0, 8) + octal(0, 8), 108)
    header.write(octal(Buffer.byteLength(text), 12) + octal(0, 12), 124)
    header.write('        0', 148)
    header.write('ustar\x0000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / 512) * 512)
    body.write(text)
    return Buffer.concat([header, body])
  })
  return Buffer.concat([...entries, Buffer.alloc(1024)])
}
