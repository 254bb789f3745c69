import { readdirSync, readFileSync } from 'node:fs'

const O_CLOEXEC = 0o2000000

/** Descriptors from 3 on that whoever started us left open for our children. Node marks its own and most inherited ones, not those behind a gap. */
export function leakedFds(): number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => fd > 2 && isInherited(fd))
}

function isInherited(fd: number): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1]
    return flags === undefined || (Number.parseInt(flags, 8) & O_CLOEXEC) === 0
  } catch {
    return false
  }
}
