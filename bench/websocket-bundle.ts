import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleFunction } from '../infra/bundle.ts'
import { type Figure, figure } from './figure.ts'

/** Size of the WebSocket function as it is uploaded, minified: every cold start reads it. */
export function websocketBundle(): Figure[] {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bundle-'))
  const { bytes } = bundleFunction('websocket', folder)
  rmSync(folder, { recursive: true })
  return [figure('websocketBundleKb', bytes / 1_000, 'kB')]
}
