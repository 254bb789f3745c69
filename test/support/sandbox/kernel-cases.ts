import { type Machine, numberOf, type Syscall } from '#host-agent/sandbox/linux/syscalls.ts'
import type { Case } from './case.ts'

const machine = process.arch as Machine
const number = (call: Syscall) => numberOf(call, machine)
/** A system call by perl, which every Debian and Fedora has. */
const call = (name: Syscall, ...args: (number | string)[]) =>
  `perl -e 'my @a = (${args.join(', ')}); $! = 0; my $r = syscall(${number(name)}, @a); print "${name}: ", ($r == -1 ? "refused, $!" : "WORKED"), "\\n"'`
const socket = (name: string, family: number, type: number, protocol: number): Case => ({
  name: `${name} can’t be opened`,
  script: () => `perl -MSocket -e 'print socket(my $s, ${family}, ${type}, ${protocol}) ? "WORKED" : "refused, $!"'`,
  says: /refused, (Operation not permitted|.*not supported|Function not implemented)/,
  never: /WORKED/,
})
const refusedCall = (name: Syscall, ...args: (number | string)[]): Case => ({
  name: `${name} is refused`,
  script: () => call(name, ...args),
  says: /refused, (Operation not permitted|Function not implemented|.*not supported)/,
  never: /WORKED/,
})

export const kernelCases: readonly Case[] = [
  {
    name: 'no new privileges, no capabilities, a filter in force',
    script: () => 'grep -E "^(NoNewPrivs|Seccomp|Cap...):" /proc/self/status | tr -d "\\t "',
    says: /CapInh:0{16}\nCapPrm:0{16}\nCapEff:0{16}\nCapBnd:0{16}\nCapAmb:0{16}\nNoNewPrivs:1\nSeccomp:2/,
  },
  socket('a unix socket', 1, 1, 0),
  socket('a raw socket', 2, 3, 1),
  socket('a raw IPv6 socket', 10, 3, 58),
  socket('a packet socket', 17, 3, 768),
  socket('a vsock socket', 40, 1, 0),
  socket('a kernel crypto socket', 38, 5, 0),
  socket('a netfilter socket', 16, 3, 12),
  socket('a multipath TCP socket', 2, 1, 262),
  {
    name: 'sockets of the web and pairs still work',
    script: () =>
      `perl -MSocket -e 'print socket(my $s, 2, 1, 0) && socket(my $u, 10, 2, 0) && socketpair(my $a, my $b, 1, 1, 0) ? "fine" : "no $!"'`,
    says: /fine/,
  },
  {
    name: 'unix sockets of the host can’t be reached',
    script: ({ unixSocket, abstractSocket }) =>
      `ls -l ${unixSocket}; socat -u UNIX-CONNECT:${unixSocket} - ; socat -u ABSTRACT-CONNECT:${abstractSocket} -; ls /run/docker.sock /var/run/docker.sock /tmp/.X11-unix && echo THERE; echo "[$SSH_AUTH_SOCK$DBUS_SESSION_BUS_ADDRESS]"`,
    says: /\[\]/,
    never: /THERE/,
  },
  {
    name: 'Docker and the ssh agent of the person can’t be reached, nor a socket that lies in the project',
    control: ({ dockerSocket, sshAgent, project }) =>
      [dockerSocket, sshAgent, `${project}/d`].map((path) => `socat -u UNIX-CONNECT:${path} -`).join(' && '),
    env: ({ dockerSocket, sshAgent }) => ({ DOCKER_HOST: `unix://${dockerSocket}`, SSH_AUTH_SOCK: sshAgent }),
    script: ({ dockerSocket, sshAgent, project }) =>
      `echo "[$SSH_AUTH_SOCK$DOCKER_HOST]"; for s in ${dockerSocket} ${sshAgent} /run/docker.sock /var/run/docker.sock; do ls $s && echo THERE; done; for s in ${dockerSocket} ${sshAgent} ${project}/d d; do socat -u UNIX-CONNECT:$s - && echo REACHED; curl -m 2 -sS --unix-socket $s http://x/info && echo REACHED; done; SSH_AUTH_SOCK=${sshAgent} ssh-add -l && echo REACHED`,
    says: /\[\]/,
    never: /THERE|REACHED/,
  },
  {
    name: 'a time limit ends what runs, also in the background',
    script: () =>
      `timeout -k 1 1 sh -c '(sleep 3; echo late >src/late.txt) & wait'; echo "exit $?"; sleep 3; cat src/late.txt`,
    says: /exit 124/,
    never: /^late/m,
  },
  refusedCall('io_uring_setup', 8, '"\\0" x 120'),
  refusedCall('ptrace', 0, 0, 0, 0),
  refusedCall('process_vm_readv', 1, 0, 0, 0, 0, 0),
  refusedCall('bpf', 0, 0, 0),
  refusedCall('perf_event_open', '"\\0" x 128', 0, -1, -1, 0),
  refusedCall('keyctl', 0, -3, 1),
  refusedCall('userfaultfd', 0),
  refusedCall('unshare', 0x10000000),
  refusedCall('setns', 0, 0),
  refusedCall('clone', 0x10000000 | 17, 0, 0, 0, 0),
  refusedCall('clone3', '"\\0" x 88', 88),
  refusedCall('mount', '"x"', '"/tmp"', '"tmpfs"', 0, 0),
  refusedCall('fsopen', '"tmpfs"', 0),
  refusedCall('open_tree', -100, '"/"', 1),
  refusedCall('pivot_root', '"/"', '"/"'),
  refusedCall('open_by_handle_at', 3, 0, 0),
  refusedCall('memfd_secret', 0),
  refusedCall('fallocate', 1, 0, 0, 100),
  refusedCall('prctl', 4, 0, 0, 0, 0),
  {
    name: 'a call that is newer than the filter is not there',
    script: () => `perl -e '$r = syscall(600); print "$!\\n"'`,
    says: /not implemented/,
  },
  {
    name: 'what is typed can’t be put into a terminal',
    script: () => `perl -e 'my $c = "x"; print ioctl(STDOUT, 0x5412, $c) ? "WORKED" : "refused, $!"'`,
    says: /refused, Operation not permitted/,
  },
  ...(process.arch === 'x64'
    ? [
        {
          name: 'calls of 32-bit programs end the program',
          script: () => `perl -e 'syscall(0x40000000 + 39); print "SURVIVED"'; echo "exit $?"`,
          says: /exit 159/,
          never: /SURVIVED/,
        },
      ]
    : []),
  {
    name: 'the first process can’t be looked into or ended',
    script: () => `(cat /proc/1/mem >/dev/null && echo READ) 2>&1; kill -9 1; sleep 0.1; echo alive`,
    says: /alive/,
    never: /READ/,
  },
  {
    name: 'signals reach nobody outside',
    script: () => `kill -9 ${process.pid} && echo SENT; trap '' TERM; kill -TERM -1; echo alive`,
    says: /alive/,
    never: /SENT/,
  },
  {
    name: 'no descriptor is left open from 3 on',
    script: () =>
      `for f in /proc/self/fd/*; do l=$(readlink $f); case "${'$'}{f##*/}:$l" in 0:*|1:*|2:*|*:/proc/*|*:) ;; *:/dev/null) ;; *) echo "OPEN $f $l";; esac; done; ls -l /proc/$$/fd | grep -v 'socket\\|pipe\\|null\\|total' | grep -c /`,
    never: /OPEN/,
  },
  {
    name: 'a fork bomb ends at the number of processes',
    script: () =>
      `perl -e '$| = 1; my $n = 0; while (1) { my $p = fork; last unless defined $p; if ($p == 0) { sleep 60; exit } last if ++$n > 6000 } print "ended at $n, $!\\n"; kill 9, -1'`,
    says: /ended at [1-4]\d{0,3}, Resource temporarily unavailable/,
  },
  {
    name: 'the limits can’t be raised',
    options: () => ({ caps: { cpuPercent: null, memoryBytes: 512 * 1024 ** 2, diskWriteBytes: 100 * 1024 ** 2 } }),
    script: () =>
      'ulimit -H -f unlimited; ulimit -H -d unlimited; prlimit --pid $$ --fsize=unlimited; echo "$(ulimit -H -f) $(ulimit -H -d)"',
    never: /unlimited$/m,
  },
  {
    name: 'what it starts ends with it',
    script: () => `(setsid sh -c 'sleep 30; echo late >src/late.txt' >/dev/null 2>&1 &) ; echo started`,
    says: /started/,
  },
]
