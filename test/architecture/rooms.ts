/**
 * A room: a folder with all below it, unless another row names a folder below it more closely.
 * `may` lists the rooms and single files it may import besides itself; an empty list means: nothing of ours.
 * `flat` rooms have no folders of their own: a new one below them needs a row here.
 */
export type Room = {
  room: string
  may: readonly string[] | 'anything'
  why: string
  noNode?: true
  flat?: true
  isProduct?: false
  /** It may import what tests are made of. */
  usesTest?: true
}

const relay = [
  'functions',
  'functions/domain',
  'functions/ports',
  'functions/handlers',
  'functions/adapters',
  'functions/main',
]

export const rooms: readonly Room[] = [
  { room: 'protocol', may: [], noNode: true, why: 'the language is spoken by all, so it can depend on none' },
  { room: 'trust', may: ['protocol'], noNode: true, why: 'one proof, the same code in Node and in a service worker' },
  {
    room: 'trust/node',
    may: ['protocol', 'trust'],
    why: "the same cryptography on Node's own functions is kept where no browser bundle can reach it",
  },
  { room: 'link', may: ['protocol', 'trust'], noNode: true, why: 'the way to the relay, for hosts and devices alike' },
  {
    room: 'link/node',
    may: ['link', 'protocol', 'trust'],
    why: 'what only Node has (files, ws) is kept where no browser bundle can reach it',
  },
  {
    room: 'client',
    may: ['link', 'protocol', 'trust'],
    noNode: true,
    why: 'a device without a screen: it runs in browsers, terminals and other programs',
  },
  {
    room: 'web',
    may: ['client', 'link', 'protocol', 'trust'],
    noNode: true,
    why: 'nothing secret and nothing of Node reaches a browser',
  },
  {
    room: 'host-agent',
    may: ['link', 'link/node', 'protocol', 'trust', 'trust/node'],
    why: 'the host trusts proofs only: it knows neither the relay nor the code of devices',
  },
  {
    room: 'functions/domain',
    may: ['protocol', 'trust'],
    why: 'the rules of the relay are pure: values in, value or refusal out',
  },
  { room: 'functions/ports', may: ['protocol', 'functions/domain'], why: 'a port is asked for in words of the domain' },
  {
    room: 'functions/handlers',
    may: ['protocol', 'trust', 'trust/node', 'functions', 'functions/domain', 'functions/ports'],
    why: 'handlers see ports, never adapters: the same ones run in AWS and on one machine',
  },
  {
    room: 'functions/adapters',
    may: ['protocol', 'functions/domain', 'functions/ports'],
    why: 'an adapter keeps what a port promises and knows nobody who uses it',
  },
  { room: 'functions/main', may: ['protocol', 'trust', ...relay], why: 'composition roots: where adapters meet ports' },
  {
    room: 'functions',
    may: ['protocol', 'trust', 'functions/domain', 'functions/handlers', 'functions/ports'],
    flat: true,
    why: 'createApp(ports) and the tables: web-push and S3 must not reach the WebSocket bundle through them',
  },
  {
    room: 'local',
    may: ['protocol', 'trust', ...relay],
    why: 'the relay on one machine is the relay: there is no second one',
  },
  {
    room: 'infra',
    may: ['protocol', 'functions/routes.ts', 'functions/table.ts', 'functions/bundle.ts'],
    why: 'the stack reads the tables, so that cloud and laptop cannot disagree, and runs none of the code it deploys',
  },
  {
    room: 'cli',
    may: ['client', 'host-agent', 'link', 'link/node', 'local', 'protocol', 'trust', 'trust/node'],
    why: 'one program over all that runs outside of the cloud',
  },
  {
    room: 'scripts/demo',
    may: 'anything',
    isProduct: false,
    usesTest: true,
    why: 'a demonstration stands on what tests stand on: a local push service, a scripted agent',
  },
  { room: 'scripts', may: 'anything', isProduct: false, why: 'tools for people who work on the product' },
  {
    room: 'bench',
    may: 'anything',
    isProduct: false,
    why: 'measures the product from outside, beside a floor without it',
  },
  { room: 'test', may: 'anything', isProduct: false, why: 'tests look at everything; nothing looks at tests' },
]

/** Files that stand outside of the rules, each with its reason. */
export const exempt: Readonly<Record<string, string>> = {
  'cli/countersign.mjs': 'runs before there is a Node 24, so it shares the bootstrap of scripts/',
  'web/vite.config.ts': 'runs in the build, not in a browser',
  'vitest.config.ts': 'configuration of a tool, at the place where the tool looks for it',
}

/** The room of a file: the closest one; a folder below a flat room belongs to none. */
export function roomOf(path: string): Room | undefined {
  const inside = rooms.filter(({ room }) => path.startsWith(`${room}/`))
  const closest = inside.sort((a, b) => b.room.length - a.room.length)[0]
  return closest?.flat && path.slice(closest.room.length + 1).includes('/') ? undefined : closest
}

/** The reason why a file must not import a target, or null when it may. Both are paths from the root. */
export function refuseImport(from: string, target: string): string | null {
  const room = roomOf(from)
  if (!room) return 'its file is in no room'
  if (target.startsWith('..')) return room.room === 'test' ? null : 'a clone has nothing but the repository'
  if (room.may === 'anything')
    return roomOf(target)?.room === 'test' && room.room !== 'test' && !room.usesTest ? 'test/ is not for use' : null
  const other = roomOf(target)
  if (other === room || room.may.includes(target)) return null
  if (other && room.may.includes(other.room)) return null
  return `${room.room} may import ${room.may.join(', ') || 'nothing of ours'}: ${room.why}`
}
