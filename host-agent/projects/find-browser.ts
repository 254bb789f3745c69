import { existsSync } from 'node:fs'

/** The program itself, and what it needs beside the system. */
export type Browser = { path: string; roots: readonly string[] }

/** Where Debian, Fedora, Alpine and Google put the program. What stands in PATH is a script that wants files of /etc, or a snap, which starts in no sandbox. */
const browsers: readonly Browser[] = [
  { path: '/usr/lib/chromium/chromium', roots: [] },
  { path: '/usr/lib64/chromium-browser/chromium-browser', roots: [] },
  { path: '/opt/google/chrome/chrome', roots: ['/opt/google/chrome'] },
]

/** The browser by which the host photographs pages; null: none that it knows is installed. */
export const findBrowser = (): Browser | null => browsers.find(({ path }) => existsSync(path)) ?? null
