import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
}

/** Vite's names: `index-C2x9_-aB.js`. They change with the content, so they may be kept for ever; the rest is asked for again each time. */
const isHashed = (path: string) => /-[A-Za-z0-9_-]{8}\.[a-z0-9]+$/.test(path)
export const cacheControlOf = (path: string) => (isHashed(path) ? 'public, max-age=31536000, immutable' : 'no-cache')

/** In the order of upload: what is named by others first, index.html last, so that no page ever names what is not there yet. */
export function filesInOrder(folder: string): string[] {
  const rank = (path: string) => (path === 'index.html' ? 2 : isHashed(path) ? 0 : 1)
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
}

/** Puts the built app into its bucket. Old assets stay: a page that is open may still ask for them. */
export async function uploadApp(
  folder: string,
  { bucket, region }: { bucket: string; region: string },
): Promise<number> {
  const s3 = new S3Client({ region })
  const files = filesInOrder(folder)
  for (const path of files) {
    const type = types[extname(path)]
    if (!type) throw new Error(`${path} is of a kind that the app is not made of`)
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: path,
        Body: readFileSync(join(folder, path)),
        ContentType: type,
        CacheControl: cacheControlOf(path),
      }),
    )
  }
  s3.destroy()
  return files.length
}
