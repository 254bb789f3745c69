import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { expect, test } from 'vitest'
import { headersPolicy } from '#infra/headers.ts'
import { serveSite } from '#local/site.ts'
import { cacheControlOf } from '../../scripts/upload-app.ts'

const connect = ['wss://socket.example', 'https://blobs.example']

/** What CloudFront adds to each answer, as the template of a stack with nothing else says it. */
function headersInCloud(): Record<string, string> {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'countersign-headers-')) })
  const stack = new Stack(app, 'Headers')
  headersPolicy(stack, 'Policy', connect)
  const { Resources } = app.synth().getStackByName('Headers').template
  const [policy] = Object.values(Resources as object) as [{ Properties: { ResponseHeadersPolicyConfig: Config } }]
  const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } = policy.Properties.ResponseHeadersPolicyConfig
  expect(security.StrictTransportSecurity.AccessControlMaxAgeSec).toBeGreaterThanOrEqual(31_536_000)
  return {
    'content-security-policy': security.ContentSecurityPolicy.ContentSecurityPolicy,
    'x-content-type-options': security.ContentTypeOptions.Override ? 'nosniff' : '',
    'x-frame-options': security.FrameOptions.FrameOption,
    'referrer-policy': security.ReferrerPolicy.ReferrerPolicy,
    ...Object.fromEntries(custom.Items.map(({ Header, Value }) => [Header.toLowerCase(), Value])),
  }
}
type Config = {
  SecurityHeadersConfig: {
    ContentSecurityPolicy: { ContentSecurityPolicy: string }
    ContentTypeOptions: { Override: boolean }
    FrameOptions: { FrameOption: string }
    ReferrerPolicy: { ReferrerPolicy: string }
    StrictTransportSecurity: { AccessControlMaxAgeSec: number }
  }
  CustomHeadersConfig: { Items: { Header: string; Value: string }[] }
}

async function headersHere(path: string): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-site-'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html>')
  writeFileSync(join(folder, 'index-C2x9_-aB.js'), '')
  const serve = serveSite(folder, connect)
  const server = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const { headers } = await fetch(`http://127.0.0.1:${port}/${path}`)
  server.close()
  rmSync(folder, { recursive: true })
  return Object.fromEntries(headers)
}

/** What depends on the file or the connection. */
const others = [
  'content-type',
  'content-length',
  'content-encoding',
  'vary',
  'cache-control',
  'date',
  'connection',
  'keep-alive',
]

test('the app has the same security headers in the cloud and on one machine', async () => {
  const here = Object.entries(await headersHere('')).filter(([name]) => !others.includes(name))
  expect(headersInCloud()).toEqual(Object.fromEntries(here))
})

test.each(['index.html', 'index-C2x9_-aB.js'])('%s is kept as long in the cloud as on one machine', async (path) => {
  expect(cacheControlOf(path)).toBe((await headersHere(path))['cache-control'])
})
