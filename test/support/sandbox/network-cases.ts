import type { Case } from './case.ts'
import type { World } from './world.ts'

/** Speaks to the proxy as bytes; `printf` makes them. */
const ask = (...bytes: string[]) =>
  bytes
    .map((text) => `printf '${text}' | timeout 4 socat -t 3 -,ignoreeof TCP:127.0.0.1:3128,connect-timeout=5; echo`)
    .join('\n')
const connect = (target: string) => ask(`CONNECT ${target} HTTP/1.1\\r\\n\\r\\n`)
const get = (url: string, host = 'x') =>
  ask(`GET ${url} HTTP/1.1\\r\\nHost: ${host}\\r\\nConnection: close\\r\\n\\r\\n`)
const nothing = ({ requests }: World) => (requests.length > 0 ? `it came to: ${requests.join(', ')}` : null)
const blocked = (name: string, target: (world: World) => string, code = 'sandbox_host_blocked'): Case => ({
  name,
  script: (world) => `${connect(target(world))}\n${get(`http://${target(world)}/`)}`,
  says: new RegExp(`403 Forbidden[\\s\\S]*${code}[\\s\\S]*403 Forbidden`),
  never: /HTTP\/1\.1 200/,
  tells: [code],
  after: nothing,
})
/** `control`: what works outside, where nothing stands in the way of the same program. */
const hasNo = (name: string, control: (world: World) => string, script: (world: World) => string): Case => ({
  name,
  control,
  script: (world) => `( ${script(world)} ) && echo GOT-OUT; echo end`,
  says: /end/,
  never: /GOT-OUT/,
  after: nothing,
})
const udp = (address: string) =>
  `perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(PeerAddr => "${address}", PeerPort => 53, Proto => "udp") or exit 1; $s->send("x") or exit 1'`
const unset = 'unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy;'

export const networkCases: readonly Case[] = [
  {
    name: 'an allowed host is reached by plain HTTP and by a tunnel',
    script: () =>
      get('http://public.test/a') +
      '\n' +
      ask(
        'CONNECT public.test:80 HTTP/1.1\\r\\n\\r\\nGET /b HTTP/1.1\\r\\nHost: public.test\\r\\nConnection: close\\r\\n\\r\\n',
      ),
    says: /200 OK[\s\S]*public[\s\S]*200 Connection established[\s\S]*public/,
    after: ({ requests }) => (requests.join() === 'GET public.test /a,GET public.test /b' ? null : requests.join()),
  },
  {
    name: 'programs find the proxy by their environment',
    script: () => 'curl -sS http://public.test/',
    says: /public/,
  },
  hasNo(
    'curl gets nowhere without the proxy',
    ({ httpPort }) => `curl -m 3 -sS http://127.0.0.1:${httpPort}`,
    ({ httpPort }) =>
      `${unset} curl -m 3 -sS http://127.0.0.1:${httpPort} || curl -m 3 -sS --noproxy "*" http://1.1.1.1`,
  ),
  hasNo(
    'wget gets nowhere without the proxy',
    ({ httpPort }) => `wget -T 3 -t 1 -q -O - http://127.0.0.1:${httpPort}`,
    ({ httpPort }) => `${unset} wget -T 3 -t 1 -q -O - http://127.0.0.1:${httpPort}`,
  ),
  hasNo(
    'ping gets nowhere',
    () => 'ping -V',
    () => 'ping -c 1 -W 1 1.1.1.1',
  ),
  hasNo(
    'socat and nc get nowhere',
    ({ port }) => `socat -u TCP:127.0.0.1:${port},connect-timeout=2 - && nc -w 2 127.0.0.1 ${port} </dev/null`,
    ({ port }) =>
      `socat -u TCP:127.0.0.1:${port},connect-timeout=2 - || socat -u TCP:1.1.1.1:53,connect-timeout=2 - || nc -w 2 127.0.0.1 ${port} </dev/null`,
  ),
  hasNo(
    'ssh gets nowhere',
    ({ port }) =>
      // Outside it starts only for somebody whom the system knows by name; inside everybody is.
      `command -v ssh && { ! id -un || ssh -o BatchMode=yes -o ConnectTimeout=2 -p ${port} 127.0.0.1 true 2>&1 | grep -Eq 'kex|closed'; }`,
    ({ port }) =>
      `ssh -o BatchMode=yes -o ConnectTimeout=2 -o StrictHostKeyChecking=no -p ${port} 127.0.0.1 true 2>&1 | grep -E 'kex|closed by' || ssh -o BatchMode=yes -o ConnectTimeout=2 -o StrictHostKeyChecking=no 1.1.1.1 true`,
  ),
  hasNo(
    'names are not resolved inside',
    () => 'getent hosts localhost',
    () => 'getent hosts public.test || getent hosts example.org',
  ),
  hasNo(
    'bash’s own sockets get nowhere',
    ({ port }) => `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port}'`,
    ({ port }) => `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port}' || bash -c 'exec 3<>/dev/tcp/1.1.1.1/80'`,
  ),
  hasNo(
    'IPv6 gets nowhere',
    () => 'socat -V',
    ({ port }) =>
      `socat -u TCP6:[::1]:${port},connect-timeout=2 - || socat -u TCP6:[2606:4700:4700::1111]:80,connect-timeout=2 -`,
  ),
  hasNo(
    'UDP and DNS get nowhere',
    () => udp('127.0.0.1'),
    () => udp('1.1.1.1'),
  ),
  hasNo(
    'the network can’t be set up',
    () => 'ip link show lo',
    () => 'ip link add dummy0 type dummy || ip addr add 10.9.9.9/24 dev lo || ip route add default via 127.0.0.1',
  ),
  blocked('the metadata address', () => '169.254.169.254:80'),
  blocked('metadata by name', () => 'metadata.google.internal:80'),
  blocked('the host’s loopback', ({ port }) => `127.0.0.1:${port}`),
  blocked('localhost', ({ port }) => `localhost:${port}`),
  blocked('loopback in decimal', ({ port }) => `2130706433:${port}`),
  blocked('loopback in hex', ({ port }) => `0x7f000001:${port}`),
  blocked('loopback in octal', ({ port }) => `0177.1:${port}`),
  blocked('loopback as zero', ({ port }) => `0.0.0.0:${port}`),
  blocked('loopback as IPv6', ({ port }) => `[::1]:${port}`),
  blocked('loopback as IPv4 in IPv6', ({ port }) => `[::ffff:127.0.0.1]:${port}`),
  blocked('a name that resolves to loopback', ({ port }) => `rebound.test:${port}`),
  blocked('a name that resolves to loopback as IPv6', ({ port }) => `mapped.test:${port}`),
  blocked('a name that resolves to both', ({ port }) => `mixed.test:${port}`),
  blocked('a name that resolves to a private network', () => 'inner.test:80'),
  blocked('the host’s own address in its network', () => '192.168.1.1:80'),
  blocked('SSH', () => 'public.test:22', 'sandbox_port_blocked'),
  blocked('a database', () => 'public.test:5432', 'sandbox_port_blocked'),
  {
    ...blocked('a host that is not allowed, strictly', () => 'other.test:443'),
    options: () => ({ firewallStrict: true, allow: ['public.test'] }),
  },
  {
    ...blocked('SSH that is allowed by name, strictly', () => 'public.test:22', 'sandbox_port_blocked'),
    options: () => ({ firewallStrict: true, allow: ['public.test:22'] }),
  },
  {
    ...blocked('everything, strictly without a list', () => 'public.test:443'),
    options: () => ({ firewallStrict: true }),
  },
  {
    name: 'an allowed host is reached, strictly',
    options: () => ({ firewallStrict: true, allow: ['public.test'] }),
    script: () => get('http://public.test/'),
    says: /200 OK/,
  },
  {
    name: 'SSH on 443 is closed',
    script: () => ask('CONNECT public.test:443 HTTP/1.1\\r\\n\\r\\nSSH-2.0-OpenSSH_9.9\\r\\n'),
    says: /200 Connection/,
    never: /public/,
    tells: ['sandbox_protocol_blocked'],
    after: nothing,
  },
  {
    name: 'a server name that was not asked for is closed',
    script: () =>
      `openssl s_client -proxy 127.0.0.1:3128 -connect public.test:443 -servername other.test </dev/null 2>&1 | head -3`,
    tells: ['sandbox_name_mismatch'],
  },
  {
    name: 'a second request in the same tunnel is judged as well',
    script: () =>
      ask(
        'CONNECT public.test:80 HTTP/1.1\\r\\n\\r\\nGET /1 HTTP/1.1\\r\\nHost: public.test\\r\\n\\r\\nGET /2 HTTP/1.1\\r\\nHost: other.test\\r\\n\\r\\n',
      ),
    says: /403/,
    tells: ['sandbox_host_blocked'],
    after: ({ requests }) => (requests.join() === 'GET public.test /1' ? null : requests.join()),
  },
  {
    name: 'a second request on a kept-alive connection is judged as well',
    script: ({ port }) =>
      ask(
        `GET http://public.test/1 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\nGET http://127.0.0.1:${port}/2 HTTP/1.1\\r\\nHost: public.test\\r\\n\\r\\n`,
      ),
    says: /403/,
    after: ({ requests }) => (requests.join() === 'GET public.test /1' ? null : requests.join()),
  },
  {
    name: 'headers can’t hide a second request or another host',
    script: () =>
      ask(
        'POST http://public.test/1 HTTP/1.1\\r\\nHost: other.test\\r\\nContent-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\nGET /hidden HTTP/1.1\\r\\nHost: other.test\\r\\n\\r\\n',
        'GET http://public.test/2 HTTP/1.1\\r\\nHost: other.test\\r\\nHost: third.test\\r\\nConnection: close\\r\\n\\r\\n',
        'POST http://public.test/3 HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 5\\r\\nContent-Length: 50\\r\\n\\r\\nhello',
        'GET http://public.test/4\\nX: y HTTP/1.1\\r\\n\\r\\n',
      ),
    after: ({ requests }) =>
      requests.some((request) => request.includes('hidden') || !request.includes('public.test'))
        ? requests.join()
        : null,
  },
  {
    name: 'other spellings of a target are refused',
    script: ({ port }) =>
      ask(
        `CONNECT public.test@127.0.0.1:${port} HTTP/1.1\\r\\n\\r\\n`,
        `GET http://public.test@127.0.0.1:${port}/ HTTP/1.1\\r\\n\\r\\n`,
        `GET //127.0.0.1:${port}/ HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n\\r\\n`,
        'GET ftp://public.test/ HTTP/1.1\\r\\n\\r\\n',
        'CONNECT public.test HTTP/1.1\\r\\n\\r\\n',
        `CONNECT 127.0.0.1%%00.public.test:${port} HTTP/1.1\\r\\n\\r\\n`,
      ),
    never: /HTTP\/1\.1 200/,
    after: nothing,
  },
  {
    name: 'the proxy speaks no SOCKS',
    script: ({ port }) =>
      ask(
        `\\005\\001\\000\\005\\001\\000\\001\\177\\000\\000\\001\\${(port >> 8).toString(8).padStart(3, '0')}\\${(port & 255).toString(8).padStart(3, '0')}`,
      ),
    after: nothing,
  },
  {
    name: 'git push to an inspected host is refused',
    script: () =>
      'git commit -q --allow-empty -m x; git push https://github.com/a/b HEAD 2>&1; git ls-remote https://github.com/a/b 2>&1; true',
    tells: ['sandbox_publish_blocked'],
  },
  {
    name: 'publishing to the registry is refused before it is reached',
    script: () =>
      `mkdir p; cd p; echo '{"name":"a","version":"1.0.0","scripts":{"prepublishOnly":"touch ran"}}' >package.json; npm publish --//registry.npmjs.org/:_authToken=x 2>&1; test -e ran && echo RAN`,
    says: /sandbox_publish_blocked/,
    never: /RAN/,
  },
  {
    name: 'without a proxy there is no network at all',
    options: () => ({ network: 'none' }),
    script: ({ port }) =>
      `socat -u TCP:127.0.0.1:3128,connect-timeout=2 - && echo GOT-OUT; socat -u TCP:127.0.0.1:${port},connect-timeout=2 - && echo GOT-OUT; cat /proc/net/dev | grep -c :`,
    never: /GOT-OUT/,
  },
]
