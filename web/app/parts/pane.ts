import { createContext } from 'preact'

/**
 * On a wide screen a list stands beside what was opened from it. `isCurrent`: this one is where one is, and its title is the page's; `open`: the path of what is open beside
 * a list. Null: a screen of its own.
 */
export type PanePlace = { isCurrent: boolean; open: string | null }

export const Pane = createContext<PanePlace | null>(null)
