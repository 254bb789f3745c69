import { expect, test } from 'vitest'
import { seccompFilter } from '#host-agent/sandbox/linux/seccomp.ts'
import {
  auditArch,
  lastSyscall,
  type Machine,
  numberOf,
  type Syscall,
  syscalls,
} from '#host-agent/sandbox/linux/syscalls.ts'

const allowed = 0x7fff0000
const killed = 0x80000000
const errno = (number: number) => 0x00050000 | number

/** Runs a filter as the kernel would, on one call: classic BPF with the few instructions that it uses. */
function judge(filter: Buffer, arch: number, number: number, args: readonly number[] = []): number {
  const data = Buffer.alloc(64)
  data.writeUInt32LE(number >>> 0, 0)
  data.writeUInt32LE(arch >>> 0, 4)
  for (const [index, value] of args.entries()) data.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), 16 + 8 * index)
  let accumulator = 0
  for (let at = 0; at < filter.length / 8; at++) {
    const code = filter.readUInt16LE(at * 8)
    const constant = filter.readUInt32LE(at * 8 + 4)
    const jump = (isTrue: boolean) => {
      at += filter.readUInt8(at * 8 + (isTrue ? 2 : 3))
    }
    if (code === 0x20) accumulator = data.readUInt32LE(constant)
    else if (code === 0x54) accumulator = (accumulator & constant) >>> 0
    else if (code === 0x15) jump(accumulator === constant)
    else if (code === 0x25) jump(accumulator > constant)
    else if (code === 0x35) jump(accumulator >= constant)
    else if (code === 0x45) jump((accumulator & constant) !== 0)
    else if (code === 0x06) return constant
    else throw new Error(`instruction ${code}`)
  }
  throw new Error('ran off the end')
}

const judged: readonly Syscall[] = [
  'clone',
  'clone3',
  'ioctl',
  'socket',
  'socketpair',
  'prctl',
  'fallocate',
  'memfd_create',
  'shmget',
]

test.each<Machine>(['x64', 'arm64'])(
  '%s: every listed call is refused, every other one allowed, unknown ones are not there',
  (machine) => {
    const filter = seccompFilter(machine, { countsMemory: false })
    const call = (number: number, args: readonly number[] = []) => judge(filter, auditArch[machine], number, args)
    const listed = new Map(
      (Object.keys(syscalls) as Syscall[]).flatMap((name) => {
        const number = numberOf(name, machine)
        return number === null ? [] : [[number, name] as const]
      }),
    )
    for (let number = 0; number <= lastSyscall; number++) {
      const name = listed.get(number)
      if (name === undefined) expect([number, call(number)]).toEqual([number, allowed])
      else if (!judged.includes(name)) expect([name, call(number)]).toEqual([name, errno(1)])
    }
    expect(call(lastSyscall + 1)).toBe(errno(38))
    expect(judge(filter, auditArch[machine === 'x64' ? 'arm64' : 'x64'], 0)).toBe(killed)
    expect(judge(filter, 0x40000003, 1)).toBe(killed)
    if (machine === 'x64') expect(call(0x40000000 | 39)).toBe(killed)

    const on = (name: Syscall, ...args: number[]) => call(numberOf(name, machine) as number, args)
    expect([on('clone3'), on('fallocate')]).toEqual([errno(38), errno(95)])
    for (const bit of [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000])
      expect(on('clone', bit | 17)).toBe(errno(1))
    expect(on('clone', 0x3d0f00)).toBe(allowed) // a thread
    expect([on('ioctl', 0, 0x5412), on('ioctl', 0, 0x541c), on('ioctl', 0, 0x5413)]).toEqual([
      errno(1),
      errno(1),
      allowed,
    ])
    expect([on('prctl', 4, 0), on('prctl', 4, 1), on('prctl', 38, 1)]).toEqual([errno(1), allowed, allowed])
    expect([on('socketpair', 1, 1, 0), on('socketpair', 30, 1, 0)]).toEqual([allowed, errno(1)])
  },
)

test('sockets: the web and the routing table, nothing raw, no multipath TCP, also with flags and with high bits that the kernel ignores', () => {
  const filter = seccompFilter('x64', { countsMemory: false })
  const socket = (family: number, type: number, protocol: number) =>
    judge(filter, auditArch.x64, 41, [family, type, protocol]) === allowed
  for (const family of [2, 10]) {
    for (const type of [1, 2, 1 | 0o2000000, 2 | 0o4000])
      for (const protocol of [0, 6, 17]) expect(socket(family, type, protocol)).toBe(true)
    for (const type of [3, 3 | 0o2000000, 4, 5, 6, 10]) expect(socket(family, type, 0)).toBe(false)
    expect(socket(family, 1, 262)).toBe(false)
    expect(socket(family + 2 ** 32, 3, 1)).toBe(false)
    expect(socket(family, 1, 262 + 2 ** 32)).toBe(false)
  }
  expect(socket(16, 3, 0)).toBe(true)
  for (let protocol = 1; protocol < 32; protocol++) expect(socket(16, 3, protocol)).toBe(false)
  for (let family = 0; family < 50; family++)
    if (![2, 10, 16].includes(family)) expect(socket(family, 1, 0)).toBe(false)
})

test('where memory is counted by process, memory outside of processes is refused', () => {
  const call = (countsMemory: boolean, name: Syscall) =>
    judge(seccompFilter('x64', { countsMemory }), auditArch.x64, numberOf(name, 'x64') as number)
  for (const name of ['memfd_create', 'shmget'] as const)
    expect([call(false, name), call(true, name)]).toEqual([allowed, errno(38)])
})
