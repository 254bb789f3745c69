import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { access, readdir, rename, rm, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Blobs } from '#functions/ports/blobs.ts'
import { type ErrorCode, problemOf } from '#protocol/errors.ts'
import { BlobId, TeamId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { splitUrl } from './gateway/events.ts'
import { send } from './gateway/http.ts'
import { privateFolder } from './private-file.ts'

const urlMs = 300_000
const prefix = '/blobs/'

type Grant = { method: 'PUT' | 'GET'; path: string; bytes: number; until: number }

export type LocalBlobs = Blobs & {
  /** Serves the URLs; false: not such a path. */
  serve(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  deleteExpired(now: number): Promise<void>
}

/** Sealed content as files, each named by its hash in its team's folder, behind short-lived signed URLs: what S3 is in the cloud. */
export function localBlobs(folder: string, origin: string, clock: { now(): number }): LocalBlobs {
  privateFolder(folder)
  // Drawn anew at each start: a URL lives five minutes, and then the next one is asked for.
  const secret = randomBytes(32)
  const sign = ({ method, path, bytes, until }: Grant) =>
    createHmac('sha256', secret).update(`${method}\n${path}\n${bytes}\n${until}`).digest()
  const fileOf = (teamId: string, blobId: string) => join(folder, teamId, blobId)
  const exists = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    )
  const urlOf = (method: Grant['method'], teamId: string, blobId: string, bytes: number) => {
    const path = `${prefix}${teamId}/${blobId}`
    const until = clock.now() + urlMs
    const signature = sign({ method, path, bytes, until }).toString('base64url')
    return `${origin}${path}?bytes=${bytes}&until=${until}&signature=${signature}`
  }

  /** The file that a signed URL stands for, or why it stands for none. */
  function granted(request: IncomingMessage): { file: string; bytes: number; blobId: string } | ErrorCode {
    const [path, raw] = splitUrl(request)
    const [teamId = '', blobId = '', ...more] = path.slice(prefix.length).split('/')
    if (more.length > 0 || !TeamId.safeParse(teamId).success || !BlobId.safeParse(blobId).success)
      return 'route_not_found'
    const query = new URLSearchParams(raw)
    const [bytes, until] = [Number(query.get('bytes')), Number(query.get('until'))]
    const given = Buffer.from(query.get('signature') ?? '', 'base64url')
    const wanted = sign({ method: request.method as Grant['method'], path, bytes, until })
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return 'proof_invalid'
    return clock.now() > until ? 'proof_expired' : { file: fileOf(teamId, blobId), bytes, blobId }
  }

  async function receive(
    request: IncomingMessage,
    to: { file: string; bytes: number; blobId: string },
  ): Promise<ErrorCode | null> {
    if (Number(request.headers['content-length']) !== to.bytes) return 'blob_mismatch'
    privateFolder(join(to.file, '..'))
    const fresh = `${to.file}.${randomBytes(6).toString('hex')}.new`
    const hash = createHash('sha256')
    let size = 0
    try {
      await pipeline(
        request,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            size += chunk.length
            if (size > to.bytes) return
            hash.update(chunk)
            yield chunk
          }
        },
        createWriteStream(fresh, { mode: 0o600, flush: true }),
      )
      if (size !== to.bytes || `blb_${hash.digest('base64url')}` !== to.blobId) return 'blob_mismatch'
      await rename(fresh, to.file)
      return null
    } finally {
      await rm(fresh, { force: true })
    }
  }

  return {
    async uploadUrl(teamId, blobId, bytes) {
      return (await exists(fileOf(teamId, blobId))) ? null : urlOf('PUT', teamId, blobId, bytes)
    },

    async downloadUrl(teamId, blobId) {
      const found = await stat(fileOf(teamId, blobId)).catch(() => null)
      return found && urlOf('GET', teamId, blobId, found.size)
    },

    async serve(request, response) {
      if (!splitUrl(request)[0].startsWith(prefix)) return false
      const refuse = (code: ErrorCode) => {
        const problem = problemOf(code)
        response.setHeader('connection', 'close')
        send(response, problem.status, problem, 'application/problem+json')
        return true
      }
      if (request.method !== 'PUT' && request.method !== 'GET') return refuse('route_not_found')
      const to = granted(request)
      if (typeof to === 'string') return refuse(to)
      if (request.method === 'PUT') {
        const code = await receive(request, to)
        if (code !== null) return refuse(code)
        send(response, 200, {})
        return true
      }
      if (!(await exists(to.file))) return refuse('blob_not_found')
      response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-length': to.bytes,
        'cache-control': 'private, immutable, max-age=31536000',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
      })
      await pipeline(createReadStream(to.file), response).catch(() => response.destroy())
      return true
    },

    async deleteExpired(now) {
      for (const teamId of await readdir(folder)) {
        for (const name of await readdir(join(folder, teamId))) {
          const file = join(folder, teamId, name)
          const { mtimeMs } = await stat(file)
          if (mtimeMs < now - limits.retentionMs) await rm(file, { force: true })
        }
      }
    },
  }
}
