import type { TouchedFile } from '#protocol/statements/operation.ts'
import type { Plan } from '#protocol/statements/plan.ts'
import { deletedFiles } from '../approvals/touched-files.ts'
import type { FileHasher } from '../files.ts'
import { classifyCommand } from '../policy/classify-command.ts'
import { absolutePath, followLinks } from '../policy/places.ts'
import { noRisk, type Risk, worse } from '../policy/tiers.ts'
import { askedAnyway, changedPath } from './judge-operation.ts'
import type { ProposedPlan } from './proposed-plan.ts'

export type DescribedPlan = { plan: Plan; files: TouchedFile[]; risk: Risk }

/** A plan as the disk shows it now: real paths with what they hold, folders to be deleted with all in them, and how risky its commands are. */
export async function describePlan(
  { steps, files, commands }: ProposedPlan,
  cwd: string,
  project: string,
  hasher: FileHasher,
): Promise<DescribedPlan> {
  const found: TouchedFile[] = []
  for (const { path, change } of files) {
    const real = changedPath({ path: absolutePath(path, cwd), change }, followLinks)
    if (change === 'delete') found.push(...(await deletedFiles([real], hasher)))
    else {
      const before = await hasher.hash(real)
      // What is there is the disk's to say: an agent often calls it creating when it writes a whole file anew.
      found.push({
        path: real,
        change: before === null ? 'create' : 'modify',
        ...(before === undefined ? {} : { before }),
      })
    }
  }
  const risks = commands.map(({ line }) => plannedRisk(classifyCommand(line, cwd, project).risk))
  return {
    plan: { steps: [...steps], commands: commands.map(({ argv }) => [...argv]) },
    files: [...new Map(found.reverse().map((file) => [file.path, file])).values()].reverse(),
    risk: risks.reduce(worse, noRisk),
  }
}

/** The plan does not allow what is of the highest tier or can't be inspected: it is asked for when it comes, so the plan is no riskier for it. */
export function plannedRisk(risk: Risk): Risk {
  if (risk.tier < askedAnyway && risk.uninspectable.length === 0) return risk
  const why = [...risk.why.map((reason) => `${reason.slice(0, 120)}: asked for again when it comes`)]
  return { ...risk, tier: 2, why, uninspectable: [] }
}
