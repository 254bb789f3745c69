// srt.ts MAIN RG PROJECT ROUNDS: how long the shortest command takes in the peer's sandbox, opened once; prints the samples as JSON.
import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'

type Peer = {
  SandboxManager: {
    initialize(config: object): Promise<void>
    wrapWithSandbox(command: string): Promise<string>
    reset(): Promise<void>
  }
}

const [main = '', rg = '', project = '', rounds = '0'] = process.argv.slice(2)
process.chdir(project)
const { SandboxManager } = (await import(pathToFileURL(main).href)) as Peer
await SandboxManager.initialize({
  network: { allowedDomains: [], deniedDomains: [] },
  filesystem: { denyRead: [], allowWrite: [project], denyWrite: [] },
  ripgrep: { command: rg },
})
const samples: number[] = []
for (let round = 0; round < Number(rounds); round += 1) {
  const start = performance.now()
  const command = await SandboxManager.wrapWithSandbox('true')
  const code = await new Promise<number | null>((done) =>
    spawn('/bin/sh', ['-c', command], { stdio: 'ignore' }).once('close', done),
  )
  if (code !== 0) throw new Error(`exit code ${code}`)
  samples.push(performance.now() - start)
}
process.stdout.write(`${JSON.stringify(samples)}\n`)
await SandboxManager.reset()
