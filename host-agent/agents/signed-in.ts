import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentFacts } from './agents.ts'

/** Whether an agent may use its model as tasks will start it, and what to do where it may not. */
export type SignedIn = { isSignedIn: boolean; says: string }

/**
 * Looks for what lets an agent use its model: a key in the host's environment (which the sandbox's proxy adds to requests for its model's host), or, where there is no
 * sandbox, what its own sign-in left in the person's HOME. A HOME inside is private: of a sign-in nothing is there. Nothing is read, only looked for.
 */
export function signedIn(
  { login, title }: AgentFacts,
  environment: Readonly<Record<string, string | undefined>>,
  isIsolated: boolean,
): SignedIn {
  const { keys, files, signIn, token } = login
  const key = keys.find((name) => environment[name])
  if (key) return { isSignedIn: true, says: `It uses ${key}.` }
  const file = files.find((name) => existsSync(join(environment.HOME ?? '', name)))
  if (file && !isIsolated) return { isSignedIn: true, says: `It is signed in (~/${file}).` }
  const set = keys.length === 0 ? '' : `Set ${keys.join(' or ')} for the host agent.`
  const advice = [set, token].filter((part) => part !== '').join(' ')
  if (file) return { isSignedIn: false, says: `Its sign-in (~/${file}) is not to be seen in the sandbox. ${advice}` }
  const outside = signIn === '' || isIsolated ? '' : ` Or sign in once with the command ${signIn}.`
  return {
    isSignedIn: false,
    says: `${advice || `How ${title} signs in is for its own documentation to say.`}${outside}`,
  }
}
