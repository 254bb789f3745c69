// Loaded before the program when an old Node had to start it as a child. A launcher that is killed outright can pass
// nothing on; without this its program would live on, hold its port and answer as if nothing had happened.
import { Socket } from 'node:net'
import { isMainThread } from 'node:worker_threads'

const launcher = process.env.COUNTERSIGN_LAUNCHER
delete process.env.COUNTERSIGN_LAUNCHER

// Worker threads and forks of the program load this too: they are not the launcher's children, or have no pipe.
if (isMainThread && launcher === String(process.ppid)) {
  const pipe = new Socket({ fd: 3, readable: true, writable: false })
  pipe.on('close', () => process.kill(process.pid, 'SIGKILL'))
  pipe.resume()
  pipe.unref()
}
