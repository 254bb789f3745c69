import { BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Where an address leads. `own`: this machine, its link or its cloud's metadata, never reachable. `private`: a network of its surroundings. */
export type Reach = 'public' | 'private' | 'own'

const own4 = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '168.63.129.16/32', '100.100.100.200/32', '192.0.0.0/24']
// Multicast and broadcast are nobody's hosts; they stand with the private ones because nothing is lost.
const private4 = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '192.88.99.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
const own6 = ['::/128', '::1/128', 'fe80::/10', 'fd00:ec2::/32', 'fd20:ce::/32']
// Teredo and the local NAT64 prefix lead to IPv4 addresses that can't be judged from here.
const private6 = ['fc00::/7', 'fec0::/10', 'ff00::/8', '2001::/32', '2001:db8::/32', '64:ff9b:1::/48', '100::/64']

function listOf(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [net = '', bits] = range.split('/')
    list.addSubnet(net, Number(bits), family)
  }
  return list
}

const lists = {
  own4: listOf(own4, 'ipv4'),
  private4: listOf(private4, 'ipv4'),
  own6: listOf(own6, 'ipv6'),
  private6: listOf(private6, 'ipv6'),
}

/** Judges an address in the spelling of `isIP`. IPv4 inside IPv6 (mapped, compatible, NAT64, 6to4) is judged as the IPv4 that it is. */
export function reachOf(address: string): Reach {
  if (isIP(address) === 4) {
    if (lists.own4.check(address, 'ipv4')) return 'own'
    return lists.private4.check(address, 'ipv4') ? 'private' : 'public'
  }
  const groups = groupsOf(address)
  if (groups === null) return 'own'
  const inner = innerIPv4(groups)
  if (inner !== null && !lists.own6.check(address, 'ipv6')) return reachOf(inner)
  if (lists.own6.check(address, 'ipv6')) return 'own'
  return lists.private6.check(address, 'ipv6') ? 'private' : 'public'
}

/** The addresses of this machine's own interfaces: what listens on all of them would be reached through a public one as well. */
export function interfaceAddresses(): ReadonlySet<string> {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return new Set(all.map(({ address }) => address.replace(/%.*$/, '')))
}

/** The eight groups of an IPv6 address; null: it is none (a zone is none either). */
function groupsOf(address: string): number[] | null {
  if (isIP(address) !== 6 || address.includes('%')) return null
  const quad = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const [a = 0, b = 0, c = 0, d = 0] = quad ? quad.slice(1).map(Number) : []
  const hex = quad
    ? `${address.slice(0, quad.index)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
    : address
  const [left = '', right] = hex.split('::')
  const parse = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  if (right === undefined) return parse(left)
  const tail = parse(right)
  const head = parse(left)
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

function innerIPv4(groups: readonly number[]): string | null {
  const quad = (high = 0, low = 0) => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
  const isZero = (from: number, to: number) => groups.slice(from, to).every((group) => group === 0)
  if (isZero(0, 5) && (groups[5] === 0xffff || groups[5] === 0)) return quad(groups[6], groups[7])
  if (isZero(0, 4) && groups[4] === 0xffff && groups[5] === 0) return quad(groups[6], groups[7])
  if (groups[0] === 0x64 && groups[1] === 0xff9b && isZero(2, 6)) return quad(groups[6], groups[7])
  if (groups[0] === 0x2002) return quad(groups[1], groups[2])
  return null
}
