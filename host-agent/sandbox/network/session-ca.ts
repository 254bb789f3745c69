import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { bits, der, integer, objectId, octets, sequence, set, time, truth, utf8 } from './der.ts'

/** An authority that lives as long as one sandbox and is trusted in it alone. Its keys never leave the memory of this process. */
export type SessionCa = {
  /** PEM, for the programs inside. */
  certificate: string
  /** The context with which the proxy answers as this host. */
  contextFor(host: string): SecureContext
}

const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'))
const hourMs = 3_600_000
const lifeMs = 30 * 24 * hourMs

/** Makes a certificate authority with P-256 keys (X.509, RFC 5280). `now` in epoch ms: valid from an hour before to 30 days after. */
export function createSessionCa(now: number): SessionCa {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const host = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const hostKey = host.privateKey.export({ type: 'pkcs8', format: 'pem' })
  const name = nameOf('Countersign sandbox')
  const authorityId = createHash('sha256')
    .update(authority.publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20)
  const certificate = certify({
    subject: name,
    issuer: name,
    key: authority.publicKey,
    by: authority.privateKey,
    now,
    extensions: [
      extension('2.5.29.19', sequence(truth(), integer(Buffer.from([0]))), true),
      // keyCertSign alone
      extension('2.5.29.15', bits(Buffer.from([0x04]), 2), true),
      extension('2.5.29.14', octets(authorityId)),
    ],
  })
  const contexts = new Map<string, SecureContext>()
  return {
    certificate,
    contextFor(hostName) {
      const known = contexts.get(hostName)
      if (known) return known
      const leaf = certify({
        subject: nameOf(hostName.slice(0, 64)),
        issuer: name,
        key: host.publicKey,
        by: authority.privateKey,
        now,
        extensions: [
          extension('2.5.29.19', sequence(), true),
          // digitalSignature; serverAuth
          extension('2.5.29.15', bits(Buffer.from([0x80]), 7), true),
          extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'))),
          extension('2.5.29.17', sequence(alternativeName(hostName))),
          extension('2.5.29.35', sequence(der(0x80, authorityId))),
        ],
      })
      const context = createSecureContext({ key: hostKey, cert: leaf + certificate, minVersion: 'TLSv1.2' })
      contexts.set(hostName, context)
      return context
    },
  }
}

type Certificate = {
  subject: Buffer
  issuer: Buffer
  key: KeyObject
  by: KeyObject
  now: number
  extensions: readonly Buffer[]
}

function certify({ subject, issuer, key, by, now, extensions }: Certificate): string {
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ecdsaWithSha256,
    issuer,
    sequence(time(now - hourMs), time(now + lifeMs)),
    subject,
    key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signed = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, by)))
  const lines = signed.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

const nameOf = (text: string) => sequence(set(sequence(objectId('2.5.4.3'), utf8(text))))

const extension = (id: string, value: Buffer, critical = false) =>
  sequence(objectId(id), ...(critical ? [truth()] : []), octets(value))

function alternativeName(host: string): Buffer {
  if (isIP(host) === 4) return der(0x87, Buffer.from(host.split('.').map(Number)))
  return der(0x82, Buffer.from(host))
}
