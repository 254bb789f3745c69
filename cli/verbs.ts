import { addAgents } from './agents.ts'
import { addApprovals } from './approvals.ts'
import { addApprove } from './approve.ts'
import { addAudit } from './audit.ts'
import { addCancel } from './cancel.ts'
import { addCode } from './code.ts'
import { addDeny } from './deny.ts'
import { addDevicePair } from './device-pair.ts'
import { addDoctor } from './doctor.ts'
import { addFinish } from './finish.ts'
import { addGate } from './gate.ts'
import { addHook } from './hook.ts'
import { addHost } from './host.ts'
import { addHosts } from './hosts.ts'
import { addInterrupt } from './interrupt.ts'
import { addPair } from './pair.ts'
import { addPolicy } from './policy.ts'
import { addReport } from './report.ts'
import { addResume } from './resume.ts'
import { addRules } from './rules.ts'
import { addSandbox } from './sandbox.ts'
import { addSandboxStatus } from './sandbox-status.ts'
import { addSay } from './say.ts'
import { addSessions } from './sessions.ts'
import { addShow } from './show.ts'
import { addStop } from './stop.ts'
import { addTask } from './task.ts'
import { addTasks } from './tasks.ts'
import { addTeam } from './team.ts'
import { addUnlock } from './unlock.ts'
import { addUp } from './up.ts'
import { addUsage } from './usage.ts'
import type { AddVerb } from './verb.ts'
import { addVerifyApp } from './verify-app.ts'

/** Every verb of the program, in the order of its help. */
export const verbs: readonly AddVerb[] = [
  addUp,
  addHost,
  addHook,
  addAgents,
  addPair,
  addDevicePair,
  addTask,
  addTasks,
  addShow,
  addSay,
  addInterrupt,
  addCancel,
  addResume,
  addFinish,
  addSessions,
  addHosts,
  addApprovals,
  addGate,
  addApprove,
  addDeny,
  addReport,
  addCode,
  addRules,
  addPolicy,
  addTeam,
  addAudit,
  addStop,
  addUnlock,
  addDoctor,
  addUsage,
  addVerifyApp,
  addSandbox,
  addSandboxStatus,
]
