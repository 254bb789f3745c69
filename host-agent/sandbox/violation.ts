import type { ErrorCode } from '#protocol/errors.ts'

export type SandboxCode = Extract<ErrorCode, `sandbox_${string}`>

/** Something that the sandbox stopped. `host` and `path` are what a person may widen the sandbox by; absent: there is nothing to widen by. */
export type Violation = {
  code: SandboxCode
  /** What was tried, for people; never content. */
  detail: string
  host?: string
  port?: number
  path?: string
  access?: 'read' | 'write'
}

export type OnViolation = (violation: Violation) => void
