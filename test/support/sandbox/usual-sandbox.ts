import type { SandboxWish } from '#host-agent/sandbox/host-sandbox.ts'

/** As `countersign host` asks for it when nobody says anything. */
export const usualSandbox: SandboxWish = {
  mode: 'usual',
  firewallStrict: false,
  caps: { cpuPercent: null, memoryBytes: null, diskWriteBytes: null },
  allow: [],
  readRoots: [],
  writeRoots: [],
  allowRoot: true,
}
