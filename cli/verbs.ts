import type { AddVerb } from './verb.ts'
import { addAgents } from './verbs/agents.ts'
import { addApprovals } from './verbs/approvals.ts'
import { addApprove } from './verbs/approve.ts'
import { addAudit } from './verbs/audit.ts'
import { addCancel } from './verbs/cancel.ts'
import { addCode } from './verbs/code.ts'
import { addDeny } from './verbs/deny.ts'
import { addDevicePair } from './verbs/device-pair.ts'
import { addDoctor } from './verbs/doctor.ts'
import { addFinish } from './verbs/finish.ts'
import { addGate } from './verbs/gate.ts'
import { addHook } from './verbs/hook.ts'
import { addHost } from './verbs/host.ts'
import { addHosts } from './verbs/hosts.ts'
import { addInterrupt } from './verbs/interrupt.ts'
import { addPair } from './verbs/pair.ts'
import { addPolicy } from './verbs/policy.ts'
import { addReport } from './verbs/report.ts'
import { addResume } from './verbs/resume.ts'
import { addRules } from './verbs/rules.ts'
import { addSandbox } from './verbs/sandbox.ts'
import { addSandboxStatus } from './verbs/sandbox-status.ts'
import { addSay } from './verbs/say.ts'
import { addSessions } from './verbs/sessions.ts'
import { addShow } from './verbs/show.ts'
import { addStop } from './verbs/stop.ts'
import { addTask } from './verbs/task.ts'
import { addTasks } from './verbs/tasks.ts'
import { addTeam } from './verbs/team.ts'
import { addUnlock } from './verbs/unlock.ts'
import { addUp } from './verbs/up.ts'
import { addUsage } from './verbs/usage.ts'
import { addVerifyApp } from './verbs/verify-app.ts'

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
