import type { HttpRouteName } from '#protocol/http.ts'
import { answerRendezvous } from './answer-rendezvous.ts'
import { appendTrust } from './append-trust.ts'
import { checkSubscription } from './check-subscription.ts'
import { chooseBranch } from './choose-branch.ts'
import { decideApproval } from './decide-approval.ts'
import { deleteSubscription } from './delete-subscription.ts'
import { foundTeam } from './found-team.ts'
import { grantTask } from './grant-task.ts'
import { listApprovals } from './list-approvals.ts'
import { listDevices } from './list-devices.ts'
import { listHosts } from './list-hosts.ts'
import { listTasks } from './list-tasks.ts'
import { offerRendezvous } from './offer-rendezvous.ts'
import type { HttpHandler } from './pipeline/http.ts'
import { pushNotice } from './push-notice.ts'
import { readApproval } from './read-approval.ts'
import { readBlob } from './read-blob.ts'
import { readInbox } from './read-inbox.ts'
import { readLeases } from './read-leases.ts'
import { readRelay } from './read-relay.ts'
import { readRendezvous } from './read-rendezvous.ts'
import { readTask } from './read-task.ts'
import { readTaskEvents } from './read-task-events.ts'
import { readTrust } from './read-trust.ts'
import { requestApproval } from './request-approval.ts'
import { sendHostInput } from './send-host-input.ts'
import { sendTaskInput } from './send-task-input.ts'
import { settleApproval } from './settle-approval.ts'
import { submitTask } from './submit-task.ts'
import { writeBlob } from './write-blob.ts'
import { writeLeases } from './write-leases.ts'
import { writeStatus } from './write-status.ts'
import { writeSubscription } from './write-subscription.ts'

/** Every route with its verb: a new route does not compile until it is handled. */
export const httpHandlers: { readonly [N in HttpRouteName]: HttpHandler<N> } = {
  'relay.read': readRelay,
  'rendezvous.offer': offerRendezvous,
  'rendezvous.read': readRendezvous,
  'rendezvous.answer': answerRendezvous,
  'team.found': foundTeam,
  'trust.read': readTrust,
  'trust.append': appendTrust,
  'trust.choose': chooseBranch,
  'leases.read': readLeases,
  'leases.write': writeLeases,
  'hosts.list': listHosts,
  'devices.list': listDevices,
  'status.write': writeStatus,
  'host.input': sendHostInput,
  'task.submit': submitTask,
  'tasks.list': listTasks,
  'task.read': readTask,
  'task.events': readTaskEvents,
  'task.input': sendTaskInput,
  'task.grant': grantTask,
  'approval.request': requestApproval,
  'approvals.list': listApprovals,
  'approval.read': readApproval,
  'approval.decide': decideApproval,
  'approval.settle': settleApproval,
  'inbox.read': readInbox,
  'subscription.write': writeSubscription,
  'subscription.delete': deleteSubscription,
  'subscription.check': checkSubscription,
  'notice.push': pushNotice,
  'blob.write': writeBlob,
  'blob.read': readBlob,
}
