import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { bundleFunction } from '#infra/bundle.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-bundles-'))
afterAll(() => rmSync(folder, { recursive: true }))

const packagesOf = (inputs: readonly string[]) =>
  new Set(inputs.flatMap((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []))

test.each(['websocket', 'authorizer'])(
  'the bundle of %s has neither Web Push nor S3 and stays below 420 kB',
  (name) => {
    const { bytes, inputs } = bundleFunction(name, folder)
    expect([...packagesOf(inputs)].filter((each) => /^web-push$|client-s3|s3-request-presigner/.test(each))).toEqual([])
    expect(bytes).toBeLessThanOrEqual(420_000)
  },
)

test.each(['websocket', 'http', 'authorizer', 'sweep', 'claim'])(
  'the bundle of %s loads by itself and has a handler',
  (name) => {
    bundleFunction(name, folder)
    const environment = {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
      TABLE: 'relay',
      BLOBS: 'blobs',
      PUBLIC_ORIGIN: 'https://relay.example',
      SOCKET_URL: 'wss://socket.example/v1',
      MANAGEMENT_URL: 'https://socket.example/v1',
    }
    // With nothing of the repository around it, as in Lambda.
    const code = `const { handler } = await import('./index.mjs'); process.stdout.write(typeof handler); process.exit()`
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: join(folder, name),
      env: environment,
      encoding: 'utf8',
    })
    expect(run.stderr).toBe('')
    expect(run.stdout).toBe('function')
  },
)
