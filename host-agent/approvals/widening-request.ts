import type { ToolRequest } from '../agents/driver.ts'

/** By what a sandbox is to be widened: one host at one port, one path, or, for one command and once, everything. `again`: the command that then runs once more. */
export type WideningWish =
  | { open: 'host'; host: string; port: number; isGuarded: boolean }
  | { open: 'read' | 'write'; path: string; again: string | null }
  | { open: 'all'; again: string }

/** The question that the host itself puts when its sandbox has stopped something. */
export const wideningRequest = (widening: WideningWish): ToolRequest => ({
  kind: 'sandbox',
  driver: 'host',
  binding: 'exact',
  input: widening,
  command: widening.open === 'host' ? null : widening.again,
  edits: [],
  paths: 'path' in widening ? [widening.path] : [],
  reads: widening.open === 'read',
  unknown: [],
  widening,
})
