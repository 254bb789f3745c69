/** Machines for which the numbers of system calls are known here: `uname -m` and Node's names for them. */
export type Machine = 'x64' | 'arm64'

/** AUDIT_ARCH_* of linux/audit.h. */
export const auditArch: Readonly<Record<Machine, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 }

/** The last number known when this was written (Linux 6.17, file_setattr). What comes after it is answered with ENOSYS. */
export const lastSyscall = 469

/** Numbers on x86_64 and aarch64 (asm/unistd_64.h, asm-generic/unistd.h); null: the machine has no such call. */
export const syscalls = {
  // looking into and steering other processes
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  pidfd_getfd: [438, 438],
  process_madvise: [440, 440],
  // interfaces with which much was broken out of sandboxes and that nothing here needs
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  keyctl: [250, 219],
  add_key: [248, 217],
  request_key: [249, 218],
  userfaultfd: [323, 282],
  lookup_dcookie: [212, 18],
  modify_ldt: [154, null],
  uselib: [134, null],
  // mounts, roots and namespaces
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  move_mount: [429, 429],
  open_tree: [428, 428],
  open_tree_attr: [467, 467],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  unshare: [272, 97],
  setns: [308, 268],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  fanotify_init: [300, 262],
  // the machine as a whole
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  syslog: [103, 116],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  acct: [163, 89],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  clock_adjtime: [305, 266],
  adjtimex: [159, 171],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  vhangup: [153, 58],
  nfsservctl: [180, 42],
  iopl: [172, null],
  ioperm: [173, null],
  // what evades the accounts of memory and disk
  memfd_secret: [447, 447],
  memfd_create: [319, 279],
  shmget: [29, 194],
  fallocate: [285, 47],
  // judged by their arguments
  clone: [56, 220],
  clone3: [435, 435],
  ioctl: [16, 29],
  socket: [41, 198],
  socketpair: [53, 199],
  prctl: [157, 167],
} as const satisfies Record<string, readonly [number, number | null]>

export type Syscall = keyof typeof syscalls

export const numberOf = (call: Syscall, machine: Machine): number | null => syscalls[call][machine === 'x64' ? 0 : 1]
