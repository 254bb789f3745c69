import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto'

/** A receiver's keys: `p256dh` and `auth` as a subscription names them, and the private key; all base64url. */
export type PushKeys = { p256dh: string; auth: string; privateKey: string }

/** New keys, as a browser makes them when it subscribes (RFC 8291 section 2). */
export function makePushKeys(): PushKeys {
  const pair = createECDH('prime256v1')
  pair.generateKeys()
  return {
    p256dh: pair.getPublicKey('base64url'),
    auth: randomBytes(16).toString('base64url'),
    privateKey: pair.getPrivateKey('base64url'),
  }
}

/** 16 bytes of salt, 4 of record size, 1 of key length, 65 of key (RFC 8188 section 2.1). */
const headerBytes = 86

/**
 * Opens the body of a push as a browser does: RFC 8291 section 3 over `aes128gcm` of RFC 8188, one record.
 * Throws when the body was not made for these keys.
 */
export function decryptPush(body: Uint8Array, { p256dh, auth, privateKey }: PushKeys): string {
  const bytes = Buffer.from(body)
  if (bytes.length <= headerBytes || bytes[20] !== 65) throw new Error('not an aes128gcm body of Web Push')
  const salt = bytes.subarray(0, 16)
  const senderKey = bytes.subarray(21, headerBytes)
  const record = bytes.subarray(headerBytes)
  if (record.length > bytes.readUInt32BE(16)) throw new Error('a push has one record, and this one is too long for it')

  const pair = createECDH('prime256v1')
  pair.setPrivateKey(privateKey, 'base64url')
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), Buffer.from(p256dh, 'base64url'), senderKey])
  const input = derive(pair.computeSecret(senderKey), Buffer.from(auth, 'base64url'), keyInfo, 32)
  const key = derive(input, salt, 'Content-Encoding: aes128gcm\0', 16)
  const nonce = derive(input, salt, 'Content-Encoding: nonce\0', 12)

  const decipher = createDecipheriv('aes-128-gcm', key, nonce, { authTagLength: 16 })
  decipher.setAuthTag(record.subarray(-16))
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()])
  // The text ends before the last byte that is not zero, and that byte is 2 in a last record.
  const end = padded.findLastIndex((byte) => byte !== 0)
  if (padded[end] !== 2) throw new Error('the padding of the record is wrong')
  return padded.subarray(0, end).toString('utf8')
}

function derive(secret: Buffer, salt: Buffer, info: string | Buffer, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, length))
}
