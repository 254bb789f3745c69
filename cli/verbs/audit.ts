import type { AddVerb } from '../verb.ts'
import { addAuditExport } from './audit-export.ts'
import { addAuditShow } from './audit-show.ts'
import { addAuditVerify } from './audit-verify.ts'
import { addAuditWitness } from './audit-witness.ts'

/** `countersign audit …`: what this host's log says, and whether it says all of it. */
export const addAudit: AddVerb = (program, run) => {
  const audit = program.command('audit').description('who approved what, and whether this host’s log is whole')
  for (const add of [addAuditVerify, addAuditExport, addAuditShow, addAuditWitness]) add(audit, run)
}
