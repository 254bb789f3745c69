import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Router } from '../router.ts'
import type { Model } from './open-model.ts'

/** `isInSeveral`: this phone is in more than one team. */
export type App = { model: Model; router: Router; isInSeveral: boolean }

/** The one model and the one router, handed down by the root. */
export const AppContext = createContext<App | null>(null)

export function useApp(): App {
  const app = useContext(AppContext)
  if (!app) throw new Error('A screen stands outside of the app.')
  return app
}
