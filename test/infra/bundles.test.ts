import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleFunction } from '#infra/bundle.ts'
import { createTable } from '#local/create-table.ts'
import { type Engine, startEngine } from '#local/engine.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-bundles-'))
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
let engine: Engine | null = null

beforeAll(async () => {
  engine = await startEngine(folder, { info() {}, error() {} })
  if (!engine) throw new Error('no engine')
  await createTable(new DynamoDBClient({ endpoint: engine.url, region: 'local', credentials }), 'relay')
})
afterAll(async () => {
  await engine?.close()
  rmSync(folder, { recursive: true })
})

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
  'the bundle of %s starts by itself, with the environment and the table of the stack',
  (name) => {
    bundleFunction(name, folder)
    const environment = {
      AWS_REGION: 'local',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: engine?.url ?? '',
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
