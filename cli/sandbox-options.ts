import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Caps } from '#host-agent/sandbox/caps/caps.ts'

export type WideningFlags = { allow: string[]; read: string[]; write: string[]; allowRoot?: boolean }
export type SandboxFlags = WideningFlags & {
  firewallStrict?: boolean
  maxCpu?: number
  maxMemory?: number
  maxDiskWrite?: number
}

/** The flags that `sandbox` and `host` share. */
export const addSandboxFlags = (command: Command): Command =>
  command
    .addOption(manyOption('--allow <host[:port]>', 'let this host be reached; may be repeated'))
    .addOption(manyOption('--read <path>', 'share this path read-only; may be repeated', somePath))
    .addOption(manyOption('--write <path>', 'share this path, to be changed too; may be repeated', somePath))
    .option('--allow-root', 'run also as root, where the sandbox holds less')
    .option('--firewall-strict', 'reach nothing on the network but what is allowed')
    .addOption(
      new Option('--max-cpu <n>', 'the most CPU, in per cent of all cores; default: no cap').argParser(percent),
    )
    .addOption(
      new Option('--max-memory <size>', 'the most memory in use at a time, like 4GB; default: no cap').argParser(size),
    )
    .addOption(
      new Option(
        '--max-disk-write <size>',
        'the most that is written to disk in all, like 1GB; default: no cap',
      ).argParser(size),
    )

export const capsFrom = ({ maxCpu, maxMemory, maxDiskWrite }: SandboxFlags): Caps => ({
  cpuPercent: maxCpu ?? null,
  memoryBytes: maxMemory ?? null,
  diskWriteBytes: maxDiskWrite ?? null,
})

/** Something is asked for that only a sandbox holds. */
export const isLimited = (flags: SandboxFlags): boolean =>
  flags.firewallStrict === true || Object.values(capsFrom(flags)).some((cap) => cap !== null)

const manyOption = (flags: string, description: string, read = (value: string) => value) =>
  new Option(flags, description)
    .default([] as string[], 'none')
    .argParser((value: string, before: string[]) => [...before, read(value)])

/** Not nothing, as a variable that is not set leaves it: that would be the current folder. */
function somePath(text: string): string {
  if (text === '') throw new InvalidArgumentError('A path.')
  return text
}

const units = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 } as const

/** `4GB`, `512M`, `1.5GiB` or bytes, all in powers of 1024. */
export function size(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(text.trim())
  const bytes = Math.round(Number(match?.[1]) * units[(match?.[2]?.toLowerCase() ?? '') as keyof typeof units])
  // More than the kernel can count would only make the sandbox fail.
  if (!match || !(bytes >= 1024 ** 2 && bytes <= 1024 ** 5))
    throw new InvalidArgumentError('A size from 1MB to 1024TB, like 512MB or 4GB.')
  return bytes
}

/** `80` or `80%`. */
export function percent(text: string): number {
  const value = Number(/^(\d+(?:\.\d+)?)%?$/.exec(text.trim())?.[1])
  if (!(value >= 1 && value <= 100)) throw new InvalidArgumentError('Per cent of all cores, from 1 to 100.')
  return value
}
