import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Router } from '../router.ts'
import type { Model } from './open-model.ts'

export type Place = { model: Model; router: Router }

/** The one model and the one router, handed down by the root. */
export const AppContext = createContext<Place | null>(null)

export function useApp(): Place {
  const place = useContext(AppContext)
  if (!place) throw new Error('A screen stands outside of the app.')
  return place
}
