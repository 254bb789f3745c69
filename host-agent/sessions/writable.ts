import type { FenceEntry } from '../sandbox/files/fence.ts'

/** What of its project a session may change: all of it, nothing, or what a fence leaves open and nothing beside it. An empty fence: nothing. */
export type Writable = 'project' | 'none' | readonly FenceEntry[]
