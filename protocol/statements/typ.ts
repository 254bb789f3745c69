/** The JWS `typ` of every signed statement (RFC 7515 section 4.1.9, explicit typing of RFC 8725 section 3.11): one kind can never pass for another. */
export const typ = {
  proof: 'countersign.proof',
  trust: 'countersign.trust',
  lease: 'countersign.lease',
  card: 'countersign.card',
  accept: 'countersign.pair-accept',
  confirm: 'countersign.pair-confirm',
  joined: 'countersign.pair-joined',
  task: 'countersign.task',
  input: 'countersign.input',
  events: 'countersign.events',
  status: 'countersign.status',
  approval: 'countersign.approval',
  decision: 'countersign.decision',
  receipt: 'countersign.receipt',
  notice: 'countersign.notice',
  newcomer: 'countersign.newcomer',
  ended: 'countersign.ended',
  pushCheck: 'countersign.push-check',
  passkeyRequest: 'countersign.passkey-request',
} as const
export type Typ = (typeof typ)[keyof typeof typ]
