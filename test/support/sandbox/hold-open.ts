// Run as `node hold-open.ts FOLDER SCRIPT`: opens a sandbox, starts the script in it and stays until it is killed. Prints the world once it runs.
import { makeWorld } from './world.ts'

const [folder = '', script = ''] = process.argv.slice(2)
const world = await makeWorld(folder)
const sandbox = await world.open()
const started = await sandbox.spawn(['/bin/sh', '-c', script], {
  env: { PATH: process.env.PATH },
  stdio: ['ignore', 'pipe', 'inherit'],
})
if (!started.ok) throw new Error(started.code)
started.value.child.stdout?.on('data', (words: Buffer) => {
  process.stdout.write(
    `${JSON.stringify({ words: words.toString('utf8').trim(), root: world.root, state: world.state })}\n`,
  )
})
setInterval(() => {}, 60_000)
