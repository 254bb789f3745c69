/** Every limit of the language, with its unit and its reason. AWS's own limits are marked so. */
export const limits = {
  /** Bytes of one WebSocket frame. AWS: 32 KB a frame; browsers can't choose frame sizes, so a message is one frame. */
  frameBytes: 32 * 1024,
  /** Bytes of one message. AWS: 128 KB; only the gateway checks it, we stay below `frameBytes`. */
  messageBytes: 128 * 1024,
  /** Bytes of an HTTP body: a sealed approval of 16 kB is 22 kB as base64url, twice (body and push), and some room. */
  bodyBytes: 64 * 1024,
  /** Bytes of plaintext in a sealed message; above it, the content goes to the blob store. */
  sealedBytes: 16 * 1024,
  /** Characters of an envelope as JSON: 16 kB padded, as base64url, and one wrap for each of 32 devices. */
  envelopeChars: 30_000,
  /** Bytes inside a push after padding, so that the text stays ≤ 3,993 characters. */
  pushInnerBytes: 2_700,
  /** Characters of text in a push: 4,096 bytes less RFC 8291's own 103. */
  pushTextChars: 3_993,
  /** Devices and hosts of one team: bounds what one event can cost. */
  keysPerTeam: 64,
  /** Entries of one trust log: at most one a day for five years. */
  trustEntries: 2_000,
  /** Characters of one trust log entry. */
  trustEntryChars: 4_096,
  /** Bytes of one blob of ciphertext: a screenshot or a large diff, not a build. */
  blobBytes: 16 * 1024 * 1024,
  /** Items a list route returns at once. */
  pageItems: 50,
  /** Inbox items a host may leave unread before new work for it is refused. */
  inboxItems: 500,
  /** Open approvals of one team. */
  openApprovals: 200,
  /** Decisions kept for one approval: two a device. */
  decisionsPerApproval: 64,
  /** Characters of an agent's own id of a session: most are UUIDs. */
  sessionIdChars: 200,
  /** Sessions that one listing names, newest first, and the characters of all listings in a status: it has to fit one envelope. */
  listedSessions: 30,
  listingChars: 4_000,
  /** Characters of a task's text. */
  taskTextChars: 8_000,
  /** Characters of a reason given with a decision. */
  reasonChars: 500,
  /** A proof lives this long; RFC 9449 section 11.1 asks for seconds to minutes. */
  proofMs: 60_000,
  /** Clocks may differ by this much before a proof is refused. */
  clockSkewMs: 60_000,
  /** A trust log entry may be dated this much ahead: a phone's clock that is a little fast still founds a team. */
  entrySkewMs: 600_000,
  /** A pairing offer: long enough to take out a phone. */
  rendezvousMs: 180_000,
  /** How often a pairing looks for the other side's word: while a person scans or types, and while only a machine has to answer. */
  rendezvousPollMs: 150,
  rendezvousQuickPollMs: 50,
  /** The longest an approval may stay open. */
  approvalMs: 7 * 24 * 3_600_000,
  /** A claim code lives until it is used or this long. */
  claimMs: 30 * 24 * 3_600_000,
  /** How long one owner's word for a further owner waits for the second. */
  inviteMs: 14 * 24 * 3_600_000,
  /** How long an owner may take a device's wish to have its passkey stated: that device may have lost it since. */
  passkeyRequestMs: 24 * 3_600_000,
  /** The longest branch of a trust log that an owner's choice puts in another's place: it is one transaction. */
  branchEntries: 24,
  /** How often a device that is no owner's gives itself new keys: each is an entry for everybody. */
  ownRotations: 16,
  /** A device's lease; an owner's device renews it. */
  leaseMs: 14 * 24 * 3_600_000,
  /** An inbox item not acknowledged by then is told again by the sweep. */
  inboxRehintMs: 15_000,
  /** A host says it is there: idle and working. AWS closes after 10 idle minutes. */
  heartbeatIdleMs: 240_000,
  heartbeatBusyMs: 30_000,
  /** AWS closes a connection after two hours: reconnect before, with jitter. */
  reconnectMinMs: 100 * 60_000,
  reconnectMaxMs: 115 * 60_000,
  /** AWS: an integration may take 29 seconds. */
  integrationMs: 29_000,
  /** AWS: idle time and total life of a connection. */
  connectionIdleMs: 600_000,
  connectionMs: 7_200_000,
  /** Tasks, events and approvals are kept this long after their last change. */
  retentionMs: 30 * 24 * 3_600_000,
} as const
