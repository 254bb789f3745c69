import { chooseRoute } from '#protocol/choose-route.ts'
import type { Route } from '#protocol/statements/route.ts'

/** Which route leads a task to its agent and what of it fitted, in words for the task's log; null: none does, or a person chose another agent. */
export function whyRoute(
  routes: readonly Route[],
  text: string,
  { driver, project }: { driver: { name: string }; project: { name: string } },
): string | null {
  const chosen = chooseRoute(routes, { text, project: project.name })
  if (chosen?.route.agent !== driver.name) return null
  const { route, intent, words } = chosen
  const why = [
    ...(route.intents ? [`it asks to ${intent}`] : []),
    ...(route.mostWords === undefined ? [] : [`in ${words} words`]),
    ...(route.project === undefined ? [] : [`it is for ${route.project}`]),
  ]
  return `Route ${route.name}: ${why.length > 0 ? why.join(', ') : 'it takes every task'}.`
}
