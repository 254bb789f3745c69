import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RelayHandle, type RelayOptions, startRelay } from '#local/main.ts'

export type TestRelay = RelayHandle & { dataDir: string; lines: { message: string; fields: Record<string, unknown> }[] }

/**
 * A real relay of its own: gateway, functions, embedded database, in a folder that goes with it, on a free port. `lines` is what it logged. Close it, or the
 * engine lives as long as the process.
 */
export async function startTestRelay(
  options: Partial<Omit<RelayOptions, 'log'>> & { keepData?: boolean } = {},
): Promise<TestRelay> {
  const { keepData = options.dataDir !== undefined, ...rest } = options
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'countersign-relay-'))
  const lines: TestRelay['lines'] = []
  const keep = (fields: object, message: string) => void lines.push({ message, fields: { ...fields } })
  const started = await startRelay({ port: 0, ...rest, dataDir, log: { info: keep, error: keep } })
  if (!started.ok) throw new Error(`the relay did not start: ${started.code} ${started.detail ?? ''}`)
  const relay = started.value
  return {
    ...relay,
    dataDir,
    lines,
    async close() {
      await relay.close()
      if (!keepData) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
