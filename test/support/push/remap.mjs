// Preload for a program under test: COUNTERSIGN_TEST_PUSH_REMAP="fcm.googleapis.com=127.0.0.1:4443,…" sends its TLS connections to those hosts to a local
// push service, while the program sees the real names in its allow-list, its VAPID audience and the certificate. It knows nothing of this.
// JavaScript, because NODE_OPTIONS also reaches child processes that may run on an older Node.
import { syncBuiltinESMExports } from 'node:module'
import tls from 'node:tls'

const targets = new Map(
  (process.env.COUNTERSIGN_TEST_PUSH_REMAP ?? '')
    .split(',')
    .filter(Boolean)
    .map((pair) => pair.split('=')),
)

/** The options of a call `connect(options)`, `connect(port, options)` or `connect(port, host, options)`. */
function optionsOf(args) {
  const named = args.find((arg) => typeof arg === 'object' && arg !== null) ?? {}
  const [port, host] = args
  return { ...(typeof port === 'object' ? {} : { port }), ...(typeof host === 'string' ? { host } : {}), ...named }
}

if (targets.size > 0) {
  const connect = tls.connect
  // Both node:https and fetch make their connections by this.
  tls.connect = function connectRemapped(...args) {
    const options = optionsOf(args)
    const name = options.servername || options.host || options.hostname
    const target = targets.get(name)
    if (!target) return connect.apply(this, args)
    const [host, port] = target.split(':')
    const { lookup: _lookup, path: _path, socket: _socket, hostname: _hostname, ...kept } = options
    const listeners = args.filter((arg) => typeof arg === 'function')
    return connect.call(this, { ...kept, host, port: Number(port), servername: name }, ...listeners)
  }
  syncBuiltinESMExports()
}
