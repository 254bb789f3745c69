import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readBlob } from '#link/read-blob.ts'
import { type HostWorld, must, openHostWorld, type WatchedTask } from '#test/support/agents/host-world.ts'
import { suite } from '#test/support/needs.ts'
import { usualSandbox } from '#test/support/sandbox/usual-sandbox.ts'
import { until } from '#test/support/wait.ts'

const port = 4_555
/** A page that tells, by its colour, whether it got at anything that it must not. */
const server = (elsewhere: number) => `
  const page = \`<body style="margin:0;background:#00ff00"><script>
    const lost = () => { document.body.style.background = '#ff0000' }
    fetch('http://127.0.0.1:${elsewhere}/', { mode: 'no-cors' }).then(lost, () => {})
  </script>\`
  require('node:http').createServer((request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(page)
  }).listen(${port}, '127.0.0.1')
`

/** Of the first pixel every filter of a PNG's first row leaves the bytes as they are. */
function firstPixel(png: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  return inflateSync(Buffer.concat(parts)).subarray(1, 4)
}

// Pictures of a page that the project serves, by the relay and a paired device.
suite('a host that photographs a project’s page', { needs: ['bwrap', 'socat', 'git', 'chromium'] }, () => {
  let world: HostWorld
  const outside = createServer((_request, response) => response.end('of the host'))
  beforeAll(async () => {
    await new Promise<void>((done) => outside.listen(0, '127.0.0.1', done))
    world = await openHostWorld({ policy: 'version: 1\nrules: [{ match: {}, verdict: allow }]\n' })
    writeFileSync(join(world.project, 'serve.cjs'), server((outside.address() as AddressInfo).port))
  })
  afterAll(async () => {
    await world?.close()
    outside.close()
  })

  let made = 0
  async function runs(screenshot: object) {
    await world.stopHost()
    const settings = { version: 1, projects: { project: { screenshot } } }
    writeFileSync(join(world.folder, 'host/projects.yaml'), JSON.stringify(settings))
    await world.startHost({ sandbox: { ...usualSandbox, mode: 'required' } })
    made += 1
    const task = await world.submit(`touch made-${made}.txt`, { agent: 'command' })
    expect(await task.ended).toBe('completed')
    return task
  }
  const pictures = ({ events }: WatchedTask) => events.all.filter((event) => event.type === 'artifact')
  const notices = ({ events }: WatchedTask) =>
    events.all.flatMap((event) => (event.type === 'notice' && event.code === 'host_screenshot' ? [event.text] : []))

  test('a phone’s and a laptop’s picture of each path, of a page that reaches nothing of the host', async () => {
    const task = await runs({ serve: 'node serve.cjs', url: `http://127.0.0.1:${port}/`, paths: ['/', '/about?a=1'] })
    expect(notices(task)).toEqual([])
    // The same content is shown once: both paths look alike.
    expect(pictures(task).map(({ name }) => name)).toEqual(['screenshot / 390x844.png', 'screenshot / 1280x800.png'])
    const { relay, crypto } = world.device.context
    const blob = pictures(task)[0]?.blob
    if (!blob) throw new Error('no blob')
    const read = async () => {
      const answer = await readBlob(relay, crypto, blob)
      return answer.ok || answer.code !== 'blob_not_found' ? { bytes: must(answer) } : null
    }
    const { bytes } = await until(read, { what: 'the upload' })
    const png = Buffer.from(bytes)
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([390, 844])
    expect([...firstPixel(png)]).toEqual([0, 255, 0])
  })

  test('a command that fails is said, with how it ended', async () => {
    const task = await runs({ serve: 'exit 3', url: `http://127.0.0.1:${port}/` })
    expect(pictures(task)).toEqual([])
    expect(notices(task)).toEqual([expect.stringMatching(/exit code 3 before the page answered.*projects\.yaml/)])
  })
})
