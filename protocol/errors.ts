/**
 * Every refusal Countersign knows: the code is the API (RFC 9457 `type`), the sentence says what to do.
 * Codes are never renamed or reused.
 */
export const errors = {
  // the request itself
  body_invalid: [400, 'The request is not of the form this route takes. Update the app or the host agent.'],
  frame_invalid: [400, 'The frame is not of a form the relay knows. Update the app or the host agent.'],
  frame_too_large: [413, 'The frame is larger than 32 KB. Put large content into the blob store.'],
  body_too_large: [413, 'The body is larger than 64 KB. Put large content into the blob store.'],
  route_not_found: [404, 'There is no such route. Check the relay URL and the version.'],
  conflict: [409, 'Somebody else changed this at the same moment. Read it again and retry.'],
  id_reused: [409, 'This id was already used for different content. Choose a new id.'],
  too_many_requests: [429, 'Too many requests. Wait a moment and try again.'],
  origin_refused: [403, 'This page may not talk to this relay. Open the app at the relay’s own address.'],
  internal: [500, 'The relay failed. Try again; if it stays, look at its log for this request id.'],
  unavailable: [503, 'The relay’s database does not answer. Try again in a moment.'],
  // proof of key
  proof_missing: [401, 'No proof of key came with the request. Pair this device or host again.'],
  proof_invalid: [401, 'The proof of key is not valid for this request. Update, or pair again.'],
  proof_expired: [401, 'The proof is too old or from the future. Check this machine’s clock.'],
  proof_spent: [401, 'This proof was used before. Make a new one.'],
  key_unknown: [401, 'This key belongs to no team here, or was removed. Pair again.'],
  key_not_found: [
    404,
    'There is no such device or host in this team, or not any more. Take an id from: countersign team show',
  ],
  role_refused: [403, 'This key may not do that. Ask an owner of the team.'],
  // pairing and trust log
  claim_invalid: [403, 'The claim code is wrong or was used. Take the one that the relay printed last.'],
  rendezvous_not_found: [404, 'This pairing offer is gone. Show a new QR code at the host: countersign pair'],
  rendezvous_expired: [410, 'This pairing offer has expired. Show a new QR code at the host: countersign pair'],
  rendezvous_taken: [409, 'Another device answered this offer first. Show a new QR code at the host.'],
  pairing_link_invalid: [
    400,
    'This is not a Countersign pairing link. Copy it whole, from “https” or “http” to the end.',
  ],
  pairing_card_mismatch: [
    403,
    'The host’s card is not the one in the QR code. Somebody may stand in between: do not pair.',
  ],
  pairing_code_wrong: [403, 'The code is wrong. Compare it with the phone and type it again.'],
  pairing_code_exhausted: [403, 'Three wrong codes: the offer was burnt. Show a new QR code at the host.'],
  pairing_accept_invalid: [400, 'The device’s answer does not open with this offer. Show a new QR code at the host.'],
  trust_entry_invalid: [400, 'The trust log entry is malformed or its signature is wrong.'],
  trust_entry_refused: [403, 'The signer of this trust log entry may not make it. An owner has to.'],
  trust_entry_lapsed: [
    403,
    'The lease of who signed this has lapsed, so it changes nothing in the team. Open the app on another owner’s device: it renews it.',
  ],
  trust_head_moved: [409, 'The trust log has moved on. Read it again and sign on the new head.'],
  trust_log_forked: [
    409,
    'Owners have signed two different trust logs: nothing is approved until an owner has chosen one in the app and `countersign team settle` has confirmed it at the host.',
  ],
  not_forked: [409, 'The trust log has one branch only: there is nothing to settle.'],
  branch_code_wrong: [
    409,
    'No owner’s choice that this host was shown has this code. Choose a branch on an owner’s phone, type the code that it shows, and look whether the host reaches the relay.',
  ],
  policy_not_agreed: [
    409,
    'An owner holds this host to another policy than the one that it has: put that policy back, or agree to this one in the app, under Hosts.',
  ],
  trust_log_behind: [409, 'The trust log shown is older than the one already known. Somebody may be hiding a change.'],
  team_full: [409, 'The team has its full number of keys. Remove one first.'],
  // envelopes
  envelope_invalid: [400, 'The sealed message is malformed.'],
  envelope_not_for_me: [403, 'The sealed message is for another key.'],
  envelope_unreadable: [400, 'The sealed message does not open with this key.'],
  statement_invalid: [400, 'The signed statement is malformed, of another kind, or its signature is wrong.'],
  // tasks
  task_not_found: [404, 'There is no such task in this team.'],
  task_ended: [409, 'The task has ended and never reopens. Start a new one.'],
  task_not_ended: [409, 'The task has not ended. Send it a prompt, or wait for its end.'],
  task_event_gap: [409, 'A batch before this one is missing. Send it first.'],
  host_not_found: [404, 'There is no such host in this team. Pair it first.'],
  host_not_running: [503, 'No host agent runs on this machine. Start it: countersign host'],
  inbox_full: [429, 'The host has not read its inbox for long. Wait until it is online.'],
  blob_not_found: [404, 'The content is not (or no longer) in the blob store.'],
  attachment_invalid: [
    400,
    'What was attached is no picture that an agent takes. Attach a PNG, JPEG, GIF or WebP of at most 16 MB.',
  ],
  blob_mismatch: [409, 'The content is not what its hash says. It was not stored.'],
  // approvals, at the relay
  approval_not_found: [
    404,
    'There is no such approval in this team, or not any more: nothing runs by it. Its task says what became of it.',
  ],
  approval_already_settled: [409, 'This approval was settled before. Nothing was changed.'],
  approval_expired: [410, 'This approval has expired. The agent has to ask again.'],
  session_paused: [
    409,
    'This session asks for nothing more, after denials or a report. On a paired device, look at its host and resume it, or: countersign resume SESSION.',
  ],
  approvals_full: [429, 'Too many approvals are open. Answer or cancel some first.'],
  approvals_many: [
    429,
    'One session asks for much: several of its operations wait. Open the app to see them together.',
  ],
  clock_wrong: [
    409,
    'The clocks of this device and of the host differ too much. Set the one that is wrong, and try again.',
  ],
  host_clock_wrong: [
    409,
    'The host’s clock is wrong: what it asked was over before anybody could answer, so nothing was done. Set the clock of that machine, then ask again.',
  ],
  // decisions, at the host: in the order in which they are checked
  decision_too_large: [413, 'The decision is too large.'],
  decision_malformed: [400, 'The decision is malformed or has an unknown field.'],
  decision_algorithm: [400, 'The decision is not an ES256 countersign.decision.'],
  decision_key_unknown: [403, 'The decision’s key is not in the trust log.'],
  decision_key_removed: [403, 'The decision’s key was removed from the team.'],
  decision_lease_expired: [403, 'The device’s lease has lapsed. An owner’s device has to renew it.'],
  decision_role_refused: [403, 'This device may not decide this: its role, hosts or tier do not allow it.'],
  decision_signature: [403, 'The decision’s signature is wrong.'],
  decision_other_log: [
    409,
    'This device and the host know different trust logs, so nothing of it is counted. Look at the team on both: countersign team',
  ],
  decision_wrong_host: [403, 'The decision is for another host or team.'],
  decision_not_open: [409, 'The approval is not open at the host any more.'],
  decision_request_mismatch: [403, 'The decision is for another request.'],
  decision_digest_mismatch: [403, 'The decision is for another operation.'],
  decision_nonce: [403, 'The decision’s nonce is not this approval’s.'],
  decision_scope_refused: [403, 'This scope is not offered for this operation.'],
  decision_expired: [410, 'The decision came after the approval’s time, or the release time has passed.'],
  decision_gesture: [403, 'This operation needs a stronger gesture. Open it in the app and do what it asks for.'],
  decision_unread: [403, 'This operation has to be opened and read to its end before it is approved.'],
  decision_code: [403, 'The code is not the one that the host shows: countersign code'],
  decision_answers: [
    400,
    'The answers do not fit what was asked. Look at each field: what is required, and which values it takes.',
  ],
  decision_passkey: [403, 'The passkey’s proof is missing or is not for this decision. Add a passkey, or try again.'],
  decision_requester: [403, 'Whoever asked for this work may not approve it. Somebody else has to.'],
  decision_not_asked: [403, 'Others are asked first; this person is asked when they have not answered in time.'],
  decision_quorum_duplicate: [409, 'This person has already decided.'],
  decision_stale: [409, 'A file, the folder or the program changed since it was shown. The host asks again.'],
  requester_unknown: [
    403,
    'Whoever asks may not approve this, and of scripts and terminals nobody knows who asks. Let it be asked for as a task.',
  ],
  operation_tier_refused: [403, 'No device of the team may approve operations of this tier. An owner can let one.'],
  operation_uninspectable: [403, 'The operation is too large to be shown whole, so nobody can approve it.'],
  gate_denied: [403, 'A person said no. Nothing was run.'],
  approval_canceled: [409, 'The question was taken back before anybody answered. Nothing was run.'],
  operation_denied_by_policy: [403, 'The host’s policy denies this operation.'],
  operation_invalid: [400, 'The operation can’t be described exactly, so it can’t be approved.'],
  // journal and policy, at the host
  disk_full: [
    507,
    'The host’s disk is full. Nothing is released until there is room; free some, and it goes on by itself.',
  ],
  journal_damaged: [500, 'The host’s journal is damaged. Nothing runs until somebody has looked: countersign doctor'],
  policy_invalid: [400, 'The policy file is not valid. The line is named; nothing is allowed until it is mended.'],
  host_locked: [423, 'Everything was stopped on this host. Unlock it there: countersign unlock'],
  project_invalid: [400, 'The project folder does not exist or is not one of this host’s projects.'],
  worktree_failed: [
    500,
    'The task’s worktree could not be made, so nothing was started and the project is as it was. Free some disk, look at the repository, or work in place.',
  ],
  worktree_broken: [
    409,
    'The task’s worktree was removed or changed by hand. What its branch holds is still there; ask again for the rest.',
  ],
  models_invalid: [400, 'The models file is not valid. The line is named; mend it and start the host agent again.'],
  projects_invalid: [
    400,
    'The file of project settings is not valid. The line is named; mend it and start the host agent again.',
  ],
  route_unknown: [400, 'This host has no such route. Its models file names them; auto takes the first that fits.'],
  model_unavailable: [502, 'No model of this agent answered. Try again, or choose another agent.'],
  work_not_found: [
    404,
    'This task has no worktree that waits for an ending: it worked in place, or was finished before.',
  ],
  work_not_ended: [409, 'The task is still at work, or another ending is. Wait for its end, or cancel it.'],
  work_unchanged: [409, 'Nothing was changed in the task’s worktree.'],
  work_conflicts: [
    409,
    'The changes do not fit the project’s folder as it is now, so nothing was applied. Commit or undo what is named, or keep the branch and merge it.',
  ],
  work_remote_missing: [409, 'The project has no remote to push to. Add one on the host: git remote add origin URL'],
  work_push_failed: [502, 'git or gh did not do it; its own words are in the task. The work is still in its worktree.'],
  work_gh_missing: [
    501,
    'The host can’t open pull requests: install gh there and run gh auth login, or push the branch.',
  ],
  pull_not_found: [
    404,
    'No pull request of the project is the one that is meant, so the task works without one. Say its number: PR 12.',
  ],
  pull_unread: [
    502,
    'The project’s pull requests could not be read, so the task works without one. On the host: install gh, run gh auth login there, and look whether git can fetch.',
  ],
  agent_unknown: [400, 'There is no such agent on this host.'],
  agent_ungoverned: [403, 'This agent acts without asking, so it is not started. Take another: countersign agents'],
  agent_unproven: [
    403,
    'Nobody has seen this agent ask before it acts, and no sandbox holds it. Try it out: countersign agents --check NAME',
  ],
  agent_version: [409, 'A hook can’t hold this version of the agent. Update the agent, then install the hook.'],
  agent_silent: [504, 'The agent has said nothing for long. Cancel the task, or wait: it is ended in the end.'],
  agent_floods: [
    429,
    'The agent asked for more than anybody can answer and was ended. Look at what it asked for, then ask anew.',
  ],
  denial_ignored: [
    409,
    'The agent did what was denied, and was ended. Look at its changes before you keep any of them.',
  ],
  operation_deviated: [
    409,
    'The agent changed something that nobody allowed, or not as it was approved, and was ended. Look at its changes before you keep any of them.',
  ],
  agent_failed: [502, 'The agent did not start or ended early. Its last words are in the task.'],
  budget_spent: [
    402,
    'The budget is used up and nobody widened it. Raise it in the host’s models file, or ask for something smaller.',
  ],
  choice_unknown: [
    400,
    'The agent does not offer this model, mode or effort now. Choose one of those that it offers, or leave it as it is.',
  ],
  mode_refused: [
    403,
    'In this mode the agent would act without asking. Choose the one in which it asks, or its plan mode.',
  ],
  // plans, at the host
  plan_unreadable: [422, 'The agent’s plan can’t be read. Ask anew, or let it work without a plan.'],
  plan_without: [
    400,
    'The plan names no such file or command, or they are too many for one answer. Take out what it shows, or say in words what should be otherwise.',
  ],
  sessions_unsupported: [
    400,
    'This agent can’t tell of its sessions, or not go on in one. Choose another agent, or begin without.',
  ],
  session_unknown: [404, 'The agent does not know this session any more. List its sessions again, or begin without.'],
  plan_unsupported: [400, 'This agent can’t plan first. Choose another one, or let it work without a plan.'],
  plan_only: [403, 'The agent may only read until its plan is approved.'],
  plan_deviated: [
    409,
    'Something changed that the approved plan does not name. Look at the changes before you keep them.',
  ],
  // sandbox, at the host
  sandbox_unavailable: [501, 'This machine can’t run a sandbox: see countersign doctor. Nothing was started.'],
  sandbox_self_test_failed: [
    500,
    'The sandbox does not hold on this machine: its self-test failed. Nothing was started.',
  ],
  sandbox_root_refused: [403, 'The sandbox holds less for root. Run it as a normal user, or say --allow-root.'],
  sandbox_host_blocked: [403, 'The sandbox does not let this host be reached. Allow it: --allow HOST[:PORT]'],
  sandbox_port_blocked: [403, 'The sandbox does not let SSH and databases be reached; widening to them is of tier 3.'],
  sandbox_host_unreachable: [502, 'The host was allowed but does not answer.'],
  sandbox_name_mismatch: [
    403,
    'The connection asked for another host inside than the one that was allowed. It was closed.',
  ],
  sandbox_protocol_blocked: [403, 'The connection speaks neither TLS nor HTTP. It was closed.'],
  sandbox_names_blocked: [
    403,
    'In the sandbox only its proxy resolves names: what does not go through it, as SSH, reaches no host.',
  ],
  sandbox_publish_blocked: [
    403,
    'Publishing, pushing and changing a registry need an approval outside of the sandbox.',
  ],
  sandbox_path_blocked: [403, 'The sandbox does not share this path. Allow it: --read PATH or --write PATH'],
  sandbox_git_planted: [403, 'Something that git would have obeyed later was moved into quarantine.'],
  sandbox_commits_refused: [
    409,
    'What was committed inside could not be brought to its branch. The files are as they were left: commit them yourself.',
  ],
  sandbox_file_planted: [
    403,
    'A file is new that programs obey without asking. Look at it before you open the project.',
  ],
  sandbox_memory_exceeded: [413, 'The command used more memory than its cap and was ended.'],
  sandbox_disk_exceeded: [413, 'The session wrote more to the disk than its cap and was ended.'],
  // push
  push_endpoint_refused: [400, 'This push address is not one of a known push service.'],
  push_denied: [
    403,
    'Notifications are not allowed for this app. Allow them in the settings of the browser or the phone, then turn them on here.',
  ],
  push_unsupported: [
    501,
    'This browser can’t receive pushes while the app is closed. Update it, or use another one; the app itself works.',
  ],
  push_gone: [410, 'The push address has expired. The app subscribes again.'],
  push_refused: [502, 'The push service did not take it. Try again in a minute, or turn notifications off and on.'],
  // program
  app_outdated: [
    409,
    'The relay is newer than this program. In the app, reload it; on a machine, update Countersign and start it again.',
  ],
  usage: [400, 'The command line is not valid. See --help.'],
  not_paired: [409, 'This machine is not paired. Run: countersign pair'],
  state_damaged: [500, 'A state file is damaged. It was kept beside as .damaged: countersign doctor'],
  relay_unreachable: [
    503,
    'The relay can’t be reached. Check the network and the relay URL; nothing is lost meanwhile.',
  ],
  app_not_built: [409, 'The app is not built in this clone. Run: npm run build'],
  port_in_use: [409, 'The port is in use. Choose another with --port.'],
} as const satisfies Record<string, readonly [number, string]>

export type ErrorCode = keyof typeof errors

/** RFC 9457 problem document; `type` is the code. `time` is the relay's clock, so that a client can mend its skew. */
export type Problem = { type: ErrorCode; status: number; title: string; detail?: string; time?: number }

export const problemOf = (code: ErrorCode, detail?: string): Problem => ({
  type: code,
  status: errors[code][0],
  title: errors[code][1],
  ...(detail === undefined ? {} : { detail }),
})

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(errors, value)

/** An expected "no", returned and not thrown. */
export type Refused = { ok: false; code: ErrorCode; detail?: string }
export type Result<T> = { ok: true; value: T } | Refused

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value })
export const refused = (code: ErrorCode, detail?: string): Refused => ({
  ok: false,
  code,
  ...(detail === undefined ? {} : { detail }),
})
