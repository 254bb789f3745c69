import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { reachOf } from '#host-agent/sandbox/network/addresses.ts'
import { type AllowList, judgePlace, readAllow } from '#host-agent/sandbox/network/allow-list.ts'
import { canonicalHost, readPlace } from '#host-agent/sandbox/network/host-name.ts'
import { guardedPorts } from '#host-agent/sandbox/network/ports.ts'

const list = (strict: boolean, ...allow: string[]): AllowList => ({
  strict,
  entries: allow.map((text) => {
    const entry = readAllow(text)
    if (!entry.ok) throw new Error(text)
    return entry.value
  }),
})
const judge = (text: string, allow: AllowList) => {
  const place = readPlace(text, null)
  return place ? (judgePlace(place, allow)?.code ?? 'reached') : 'no host'
}

test.each([
  '127.0.0.1:80',
  '127.1:80',
  '2130706433:80',
  '0x7f000001:80',
  '0x7f.1:80',
  '0177.0.0.1:80',
  '127.0.0.1.:80',
  '[::1]:80',
  '[0:0:0:0:0:0:0:1]:80',
  '[::ffff:127.0.0.1]:80',
  '[::ffff:7f00:1]:80',
  '[::127.0.0.1]:80',
  '[64:ff9b::7f00:1]:80',
  '[2002:7f00:1::]:80',
  '0.0.0.0:80',
  '0:80',
  '[::]:80',
  'localhost:80',
  'LOCALHOST.:80',
  'a.localhost:80',
  '１２７.０.０.１:80',
  '169.254.169.254:80',
  '2852039166:80',
  '0xa9fea9fe:80',
  '0251.0376.0251.0376:80',
  '[::ffff:169.254.169.254]:80',
  '[::ffff:a9fe:a9fe]:80',
  '[fd00:ec2::254]:80',
  '168.63.129.16:80',
  '100.100.100.200:80',
  'metadata.google.internal:80',
  'metadata:80',
  '[fe80::1]:80',
])('%s leads to this machine or its metadata and is refused, also when it is allowed by name', (text) => {
  expect(judge(text, list(false))).not.toBe('reached')
  expect(judge(text, list(true, text))).not.toBe('reached')
})

test.each([
  '10.0.0.1:80',
  '192.168.1.1:443',
  '172.16.0.1:80',
  '172.31.255.255:80',
  '[fc00::1]:80',
  '100.64.0.1:80',
  '224.0.0.1:80',
  '[::ffff:10.0.0.1]:80',
])('%s is private: refused, unless that very address is allowed', (text) => {
  expect(judge(text, list(false))).toBe('sandbox_host_blocked')
  expect(judge(text, list(true, text))).toBe('reached')
})

test.each([
  '1.1.1.1:443',
  '172.32.0.1:80',
  '[2606:4700::1111]:443',
  'example.org:443',
  'EXAMPLE.org.:8080',
  'xn--bcher-kva.example:443',
])('%s is public: reached without strict rules, refused with them', (text) => {
  expect(judge(text, list(false))).toBe('reached')
  expect(judge(text, list(true))).toBe('sandbox_host_blocked')
  expect(judge(text, list(true, text))).toBe('reached')
})

test.each([
  'exa mple.org:80',
  'example.org',
  'a@example.org:80',
  'example.org:0',
  'example.org:65536',
  'example.org:80/x',
  'example.org:080000',
  '%6c:80',
  ':80',
  '[::1:80',
  '[fe80::1%25eth0]:80',
  '',
])('%j is no host and port', (text) => expect(readPlace(text, null)).toBeNull())

test('SSH and databases are refused; strictly also when named, without strict rules only when not', () => {
  for (const port of guardedPorts.keys()) {
    expect(judge(`example.org:${port}`, list(false))).toBe('sandbox_port_blocked')
    expect(judge(`example.org:${port}`, list(false, `example.org:${port}`))).toBe('reached')
    expect(judge(`example.org:${port}`, list(true, `example.org:${port}`))).toBe('sandbox_port_blocked')
  }
})

test('an approval of tier 3 lets one guarded port through, and that one alone', () => {
  const entry = readAllow('db.example.org:5432', true)
  const allow: AllowList = { strict: true, entries: entry.ok ? [entry.value] : [] }
  expect(judge('db.example.org:5432', allow)).toBe('reached')
  expect(judge('db.example.org:22', allow)).toBe('sandbox_port_blocked')
  expect(judge('example.org:5432', allow)).toBe('sandbox_port_blocked')
})

test('a name without a port means the web; a star means the names below and not the name itself', () => {
  const allow = list(true, 'example.org', '*.example.net', 'example.com:8443')
  expect(
    ['example.org:443', 'example.org:80', 'a.example.net:443', 'a.b.example.net:80', 'example.com:8443'].map((text) =>
      judge(text, allow),
    ),
  ).toEqual(Array(5).fill('reached'))
  const others = [
    'example.org:8080',
    'www.example.org:443',
    'example.net:443',
    'badexample.net:443',
    'example.com:443',
    'example.org.evil.test:443',
  ]
  expect(others.map((text) => judge(text, allow))).toEqual(Array(others.length).fill('sandbox_host_blocked'))
})

test.each(['', '*', '*.', '*.1.2.3.4', 'a b', 'example.org:x', 'http://example.org'])(
  '--allow %j is not taken',
  (text) => {
    expect(readAllow(text).ok).toBe(false)
  },
)

test('every IPv4 address inside of an IPv6 one reaches as far as it does alone', () => {
  void fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const reach = reachOf(address)
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
      const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
      for (const inside of [`::ffff:${address}`, `::ffff:${hex}`, `64:ff9b::${hex}`, `2002:${hex}::1`])
        expect(reachOf(inside)).toBe(reach)
    }),
  )
})

test('whatever is typed, its one spelling is its own spelling', () => {
  void fc.assert(
    fc.property(fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.string(), fc.webAuthority()), (text) => {
      const host = canonicalHost(text)
      if (host !== null) expect(canonicalHost(host)).toBe(host)
    }),
  )
})
