import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { CountersignStack } from '#infra/stack.ts'

type Resource = { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string; DependsOn?: unknown }
export type Template = { Resources: Record<string, Resource>; Outputs: Record<string, { Value: unknown }> }

/**
 * The template as `npm run synth` makes it, cdk-nag included: a finding without a written reason throws. Synthesis takes seconds, so a suite does it
 * once.
 */
export function synthesize(): Template {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'countersign-synth-')) })
  const stack = new CountersignStack(app, 'Countersign', {})
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return app.synth().getStackByName(stack.stackName).template as Template
}
