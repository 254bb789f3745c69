import { auditArch, lastSyscall, type Machine, numberOf, type Syscall } from './syscalls.ts'

/** linux/seccomp.h and asm-generic/errno.h */
const allow = 0x7fff0000
const kill = 0x80000000
const error = (errno: number) => 0x00050000 | errno
const EPERM = 1
const ENOSYS = 38
const EOPNOTSUPP = 95

const denied: readonly Syscall[] = [
  'ptrace',
  'process_vm_readv',
  'process_vm_writev',
  'kcmp',
  'pidfd_getfd',
  'process_madvise',
  'io_uring_setup',
  'io_uring_enter',
  'io_uring_register',
  'bpf',
  'perf_event_open',
  'keyctl',
  'add_key',
  'request_key',
  'userfaultfd',
  'lookup_dcookie',
  'modify_ldt',
  'uselib',
  'mount',
  'umount2',
  'pivot_root',
  'chroot',
  'move_mount',
  'open_tree',
  'open_tree_attr',
  'fsopen',
  'fsconfig',
  'fsmount',
  'fspick',
  'mount_setattr',
  'unshare',
  'setns',
  'name_to_handle_at',
  'open_by_handle_at',
  'fanotify_init',
  'init_module',
  'finit_module',
  'delete_module',
  'kexec_load',
  'kexec_file_load',
  'reboot',
  'swapon',
  'swapoff',
  'syslog',
  'quotactl',
  'quotactl_fd',
  'acct',
  'settimeofday',
  'clock_settime',
  'clock_adjtime',
  'adjtimex',
  'sethostname',
  'setdomainname',
  'vhangup',
  'nfsservctl',
  'iopl',
  'ioperm',
  'memfd_secret',
]

/** One instruction of classic BPF (linux/filter.h): code, where to go on if true and if false, and a constant. */
type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, constant: number]

const load = (offset: number): Instruction => [0x20, 0, 0, offset]
const and = (mask: number): Instruction => [0x54, 0, 0, mask]
const back = (verdict: number): Instruction => [0x06, 0, 0, verdict]
const isEqual = (value: number, yes: number, no: number): Instruction => [0x15, yes, no, value]
const isAbove = (value: number, yes: number, no: number): Instruction => [0x25, yes, no, value]
const isAtLeast = (value: number, yes: number, no: number): Instruction => [0x35, yes, no, value]
const hasAny = (mask: number, yes: number, no: number): Instruction => [0x45, yes, no, mask]

/** struct seccomp_data: the number, the architecture, and the low half of an argument (both machines are little-endian). */
const atNumber = 0
const atArch = 4
const atArgument = (index: number) => 16 + 8 * index

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET of linux/sched.h */
const newNamespaces = 0x7e020000
const AF_UNIX = 1
const AF_INET = 2
const AF_INET6 = 10
const AF_NETLINK = 16
const IPPROTO_MPTCP = 262
const PR_SET_DUMPABLE = 4
const TIOCSTI = 0x5412
const TIOCLINUX = 0x541c

/**
 * `countsMemory`: nothing but the memory of processes is counted, so memory outside of them is refused as well. `unixSockets`: for the host's own browser, which does not
 * start without them, where no folder of anybody else's is: docs/decisions/0019.
 */
export type FilterOptions = { countsMemory: boolean; unixSockets?: boolean }

/**
 * The filter for everything that runs inside, as bytes of `struct sock_filter` for bwrap's --seccomp. Foreign architectures are killed;
 * clone3 is answered with ENOSYS, so that libc falls back to clone, whose flags can be judged.
 */
export function seccompFilter(machine: Machine, { countsMemory, unixSockets }: FilterOptions): Buffer {
  const program: Instruction[] = [
    load(atArch),
    isEqual(auditArch[machine], 1, 0),
    back(kill),
    load(atNumber),
    // x32 calls on x86_64 are another table of numbers.
    ...(machine === 'x64' ? [isAtLeast(0x40000000, 0, 1), back(kill)] : []),
    isAbove(lastSyscall, 0, 1),
    back(error(ENOSYS)),
  ]
  const on = (call: Syscall, ...body: readonly Instruction[]) => {
    const number = numberOf(call, machine)
    if (number !== null) program.push(isEqual(number, 0, body.length), ...body)
  }
  for (const call of denied) on(call, back(error(EPERM)))
  if (countsMemory) {
    on('memfd_create', back(error(ENOSYS)))
    on('shmget', back(error(ENOSYS)))
  }
  // It reserves blocks that no account of writes shows; libc then writes zeros.
  on('fallocate', back(error(EOPNOTSUPP)))
  on('clone3', back(error(ENOSYS)))
  on('clone', load(atArgument(0)), hasAny(newNamespaces, 0, 1), back(error(EPERM)), back(allow))
  on('ioctl', load(atArgument(1)), isEqual(TIOCSTI, 1, 0), isEqual(TIOCLINUX, 0, 1), back(error(EPERM)), back(allow))
  // A process that can't be looked into can't be counted.
  on(
    'prctl',
    load(atArgument(0)),
    isEqual(PR_SET_DUMPABLE, 0, 3),
    load(atArgument(1)),
    isEqual(1, 1, 0),
    back(error(EPERM)),
    back(allow),
  )
  on('socketpair', load(atArgument(0)), isEqual(AF_UNIX, 1, 0), back(error(EPERM)), back(allow))
  if (unixSockets) on('socket', load(atArgument(0)), isEqual(AF_UNIX, 0, 1), back(allow), load(atNumber))
  on(
    'socket',
    load(atArgument(0)),
    isEqual(AF_NETLINK, 0, 2), // routes and addresses alone, protocol 0
    load(atArgument(2)),
    isEqual(0, 9, 8),
    isEqual(AF_INET, 1, 0),
    isEqual(AF_INET6, 0, 6),
    load(atArgument(1)),
    and(0xf),
    isAtLeast(3, 3, 0), // streams and datagrams, nothing raw
    load(atArgument(2)),
    isEqual(IPPROTO_MPTCP, 1, 0), // Landlock's and other rules for TCP don't see it
    isAtLeast(0, 1, 0),
    back(error(EPERM)),
    back(allow),
  )
  program.push(back(allow))
  return Buffer.concat(program.map(encode))
}

function encode([code, jumpTrue, jumpFalse, constant]: Instruction): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(code, 0)
  bytes.writeUInt8(jumpTrue, 2)
  bytes.writeUInt8(jumpFalse, 3)
  bytes.writeUInt32LE(constant >>> 0, 4)
  return bytes
}
