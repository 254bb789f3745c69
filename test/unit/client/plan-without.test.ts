import { expect, test } from 'vitest'
import { planWithout } from '#client/plan-without.ts'
import { anOperation, newTeam } from '#test/support/trust-world.ts'

test('what is taken out has to be in the plan, and is named to the agent', async () => {
  const { host } = await newTeam()
  const files = ['/home/ada/project/src/a.js', '/home/ada/project/old/b.js'].map((path) => ({
    path,
    change: 'delete' as const,
  }))
  const operation = anOperation(host, { kind: 'plan', files, plan: { steps: [], commands: [['npm', 'test']] } })
  for (const taken of [['src/a.js'], ['old', 'npm test']])
    expect(planWithout(operation, taken)).toMatchObject({
      ok: true,
      value: expect.stringContaining(JSON.stringify(taken[0])),
    })
  for (const taken of [[], ['src/b.js'], ['npm'], ['sr']])
    expect(planWithout(operation, taken)).toMatchObject({ code: 'plan_without' })
  const many = Array.from({ length: 40 }, (_, n) => ({
    path: `/home/ada/project/src/file-${n}.js`,
    change: 'modify' as const,
  }))
  const names = many.map((_, n) => `src/file-${n}.js`)
  expect(planWithout({ ...operation, files: many }, names)).toMatchObject({ code: 'plan_without' })
})
