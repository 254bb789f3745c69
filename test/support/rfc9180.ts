/**
 * The vectors published with RFC 9180 (its appendix A and test-vectors.json) for DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM: base and PSK mode, first message. Hex; a message
 * names its receiver's private key, so opening is what they prove byte for byte. `exports`: context and 32 bytes.
 */
export const rfc9180: readonly HpkeVector[] = [
  {
    name: 'base',
    info: '4f6465206f6e2061204772656369616e2055726e',
    skRm: '317f915db7bc629c48fe765587897e01e282d3e8445f79f27f65d031a88082b2',
    pkRm: '04abc7e49a4c6b3566d77d0304addc6ed0e98512ffccf505e6a8e3eb25c685136f853148544876de76c0f2ef99cdc3a05ccf5ded7860c7c021238f9e2073d2356c',
    enc: '04c06b4f6bebc7bb495cb797ab753f911aff80aefb86fd8b6fcc35525f3ab5f03e0b21bd31a86c6048af3cb2d98e0d3bf01da5cc4c39ff5370d331a4f1f7d5a4e0',
    psk: '',
    pskId: '',
    aad: '436f756e742d30',
    plaintext: '4265617574792069732074727574682c20747275746820626561757479',
    ct: '58c61a45059d0c5704560e9d88b564a8b63f1364b8d1fcb3c4c6ddc1d291742465e902cd216f8908da49f8f96f',
    exports: [
      ['', '7a4c2b89e1909fb0e3ca42d5040f4c2d8346dc0643d787b8474e804f8f72798e'],
      ['00', '3ca0e7e10b601a32edd2f91c49bac766892c52bde2df01a6126320c6e6eb8af1'],
      ['54657374436f6e74657874', '76c6b4f404990ae362be3efe0d60d9669d87017f9dfe33b8c2ed9fd31d295182'],
    ],
  },
  {
    name: 'psk',
    info: '4f6465206f6e2061204772656369616e2055726e',
    skRm: 'dd70766222d5a88e72c247bd8ad9c28ea49125ee463a63902cc6db68c34f76a6',
    pkRm: '04349f377dc7fcbb0d52d09e7caa97f53a1badc59aac6959f74a4f5a965f1015d4eeced4cd89f4b3d06c7a716e741d4a9863d8313843c987b96f756b111080f07c',
    enc: '04a3cd1fd41bb0915973a14325a6c7612b336630e6c2fd3f3ae5a311bfe950d493155f446f3fc4a45d439073e998624fca9490ac7eca4c312271d8720f8e6d7a74',
    psk: '0247fd33b913760fa1fa51e1892d9f307fbe65eb171e8132c2af18555a738b82',
    pskId: '456e6e796e20447572696e206172616e204d6f726961',
    aad: '436f756e742d30',
    plaintext: '4265617574792069732074727574682c20747275746820626561757479',
    ct: '1552f6db424acdef53728dbfab35b85266681af9f9c42fa60e30cc858da8eb1fe05437fea881290cdeaad317d0',
    exports: [
      ['', '7424d7da93e4b3a2f65b9a0779a827fe764c236ecc201ef4b88475afc692113d'],
      ['00', '3c42c9b4238f1eeb9272e7fbed204cce2f6f77317d43053cb4241c7856c2e990'],
      ['54657374436f6e74657874', '86f23bd9b57d6fc2ca1501d9707b83ecb0309f629cfb5a3c8a98a8f0da6d5a0b'],
    ],
  },
]

export type HpkeVector = {
  name: string
  info: string
  skRm: string
  pkRm: string
  enc: string
  psk: string
  pskId: string
  aad: string
  plaintext: string
  ct: string
  exports: [context: string, value: string][]
}
