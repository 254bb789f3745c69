import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Store } from '#client/store.ts'
import { fileStore } from './file-store.ts'
import type { Home } from './home.ts'

/** This terminal's store where it is a device; null where it is none. */
export const existingStore = ({ device }: Home): Store | null =>
  existsSync(join(device, 'keys.json')) ? fileStore(join(device, 'store')) : null
