import { chooseRoute } from '#protocol/choose-route.ts'
import type { Route } from '#protocol/statements/route.ts'

/** Why a route was taken, in words for the task's log: what of it fitted, or that somebody chose it by its name. */
export function whyRoute(routes: readonly Route[], name: string, task: { text: string; project: string }): string {
  const chosen = chooseRoute(routes, task)
  if (chosen?.route.name !== name) return `Route ${name}: chosen by its name.`
  const { route, intent, words } = chosen
  const why = [
    ...(route.intents ? [`it asks to ${intent}`] : []),
    ...(route.mostWords === undefined ? [] : [`in ${words} words`]),
    ...(route.project === undefined ? [] : [`it is for ${route.project}`]),
  ]
  return `Route ${name}: ${why.length > 0 ? why.join(', ') : 'it takes every task'}.`
}
