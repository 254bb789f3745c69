// srt.ts MAIN RG PROJECT ROUNDS ASKS: how long the shortest command, and one that asks localhost, take in the peer's sandbox, opened once; prints the samples as JSON.
import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'

type Peer = {
  SandboxManager: {
    initialize(config: object): Promise<void>
    wrapWithSandbox(command: string): Promise<string>
    reset(): Promise<void>
  }
}

const [main = '', rg = '', project = '', rounds = '0', asks = ''] = process.argv.slice(2)
process.chdir(project)
const { SandboxManager } = (await import(pathToFileURL(main).href)) as Peer
await SandboxManager.initialize({
  network: { allowedDomains: ['localhost'], deniedDomains: [] },
  filesystem: { denyRead: [], allowWrite: [project], denyWrite: [] },
  ripgrep: { command: rg },
})
const samples = { shortest: [] as number[], asks: [] as number[] }
async function timed(line: string): Promise<number> {
  const start = performance.now()
  const command = await SandboxManager.wrapWithSandbox(line)
  const code = await new Promise<number | null>((done) =>
    spawn('/bin/sh', ['-c', command], { stdio: 'ignore' }).once('close', done),
  )
  if (code !== 0) throw new Error(`exit code ${code}`)
  return performance.now() - start
}
for (let round = 0; round < Number(rounds); round += 1) {
  samples.shortest.push(await timed('true'))
  samples.asks.push(await timed(asks))
}
process.stdout.write(`${JSON.stringify(samples)}\n`)
await SandboxManager.reset()
