import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errors, ok, type Refused, type Result, refused } from '#protocol/errors.ts'
import { findGh } from '../git/gh.ts'
import { writeFileWhole } from '../journal/write-file-whole.ts'
import { secretsOfEnvironment, secretsOfProject } from '../secrets/known-secrets.ts'
import { createRedactor } from '../secrets/redact.ts'
import { choosePull } from './choose-pull.ts'
import { nameOf, saidOfPull, type TakenPull, wordsOfPull } from './describe-pull.ts'
import { fetchPull } from './fetch-pull.ts'
import { forgeOf } from './forge-of.ts'
import { type PullWish, pullWishOf } from './pull-wish.ts'
import { readDiff } from './read-diff.ts'
import { listPulls, readPull } from './read-pulls.ts'

export type PullPorts = {
  /** The host's own folder for the task. */
  folder: string
  environment: Readonly<Record<string, string | undefined>>
  /** Which of a project's files may be read without asking. */
  mayRead(names: readonly string[]): Promise<readonly string[]>
  now: number
  /** For the task's log. */
  say(code: string, text: string): void
}

/**
 * The pull request that a task's words mean, fetched; null: they mean none, or it could not be had, which the log says, and the task goes on without. Only reads: nothing is posted. A task that
 * goes on after a restart keeps the one it took.
 */
export async function takePull(
  task: { text: string; isNew: boolean },
  project: string,
  ports: PullPorts,
): Promise<TakenPull | null> {
  const kept = join(ports.folder, 'pull.json')
  if (!task.isNew) return readKept(kept)
  const wish = pullWishOf(task.text)
  if (wish === null) return null
  const { redact } = createRedactor('', [
    ...secretsOfEnvironment(ports.environment),
    ...(await secretsOfProject(project)),
  ])
  const taken = await take(wish, project, ports)
  if (!taken.ok) {
    if (wish.isSure) ports.say(taken.code, redact(sentenceOf(taken)).slice(0, 2_000))
    return null
  }
  const pull = { ...taken.value, words: redact(taken.value.words), said: redact(taken.value.said).slice(0, 2_000) }
  const problem = await writeFileWhole(kept, JSON.stringify(pull)).then(
    () => null,
    (error: Error) => error.message,
  )
  if (problem === null) ports.say('pull', pull.said)
  else ports.say('pull_unread', problem)
  return problem === null ? pull : null
}

const readKept = (path: string): Promise<TakenPull | null> =>
  readFile(path, 'utf8')
    .then((text) => JSON.parse(text) as TakenPull)
    .catch(() => null)

async function take(wish: PullWish, project: string, ports: PullPorts): Promise<Result<TakenPull>> {
  const { environment, now, folder } = ports
  const path = environment.PATH ?? ''
  const forge = await forgeOf(project, path)
  if (!forge) return refused('pull_unread', 'the project has no remote at a forge')
  if (wish.repository !== null && wish.repository !== forge.repository)
    return refused('pull_not_found', `${wish.repository} is not the project’s own repository`)
  const gh = await findGh(folder, environment)
  if (!gh) return refused('pull_unread', 'gh is not on the PATH of the host agent')
  const listed = await listPulls(gh, forge.repository)
  if (!listed.ok) return listed
  const chosen = choosePull(listed.value, wish, now)
  // An old one is not among those that are listed.
  const number = chosen.ok ? chosen.value.pull.number : wish.isSure ? wish.number : null
  if (number === null) {
    const open = listed.value.filter(({ state }) => state === 'OPEN').slice(0, 5)
    return refused('pull_not_found', open.length === 0 ? 'none is open' : `open are ${open.map(nameOf).join('; ')}`)
  }
  const whole = await readPull(gh, forge.repository, number)
  if (!whole.ok) return whole
  const fetched = await fetchPull(project, forge, whole.value, gh.path, environment)
  if (!fetched.ok) return fetched
  const diff = await readDiff(project, fetched.value, path, ports.mayRead)
  return ok({
    ...fetched.value,
    number,
    words: wordsOfPull(whole.value, diff),
    said: saidOfPull(whole.value, fetched.value, chosen.ok ? chosen.value.others : []),
  })
}

const sentenceOf = ({ code, detail }: Refused): string => `${errors[code][1]}${detail ? ` (${detail})` : ''}`
