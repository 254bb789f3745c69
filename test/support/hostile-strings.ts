/** Sets a mark on the page that a test looks for, should any of this run. */
const owned = 'window.owned=1'

const characters = [
  ['right-to-left override', '\u202egnp.exe'],
  ['left-to-right embedding', '\u202asafe\u202c'],
  ['isolates', '\u2066a\u2069\u2067b\u2069\u2068c\u2069'],
  ['marks', 'a\u200eb\u200fc\u061cd'],
  ['zero width', 'r\u200bm\u200c \u200d-\u2060rf\ufeff'],
  ['tags', 'ok\u{e0001}\u{e0072}\u{e006d}\u{e007f}'],
  ['variation selectors', 'a\ufe0fb\u{e0100}c'],
  ['fillers', 'a\u115f\u3164\uffa0\u2800b'],
  ['private use', '\ue000\u{f0000}\u{10fffd}'],
  ['controls', 'a\u0000b\u0007c\u0008d\u007fe\u0085f'],
  ['separators', 'one\u2028two\u2029three'],
  ['a lone surrogate', 'a\ud800b'],
  ['soft hyphens', 'su\u00addo'],
  ['spaces', 'a\u00a0b\u2003c\u3000d'],
  ['look-alikes', 'ѕudо gіt рush'],
  ['combining', `Z${'\u0351\u0343\u0340'.repeat(30)}`],
] as const

const terminal = [
  '\u001b[2J\u001b[H',
  '\u001b[31mred\u001b[0m',
  '\u001b]0;title\u0007',
  '\u001b]8;;javascript:window.owned=1\u0007link\u001b]8;;\u0007',
  '\u001b]52;c;cm0gLXJmIC8=\u0007',
  '\u009b31mC1',
  'safe\rrm -rf /',
  'x\b\b\b\b\brm',
] as const

const html = [
  `<img src=x onerror="${owned}">`,
  `<svg onload="${owned}"><script>${owned}</script></svg>`,
  `<script>${owned}</script>`,
  `<iframe srcdoc="<script>parent.${owned}</script>"></iframe>`,
  `"><img src=x onerror=${owned}>`,
  `<a href="javascript:${owned}">x</a>`,
  `<style>*{display:none}</style>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${owned}>`,
  `<base href="https://evil.example/">`,
  `<meta http-equiv="refresh" content="0;url=https://evil.example/">`,
  `<form action="https://evil.example/"><button>Approve</button></form>`,
  `{{constructor.constructor('${owned}')()}}`,
] as const

const markdown = [
  `[x](javascript:${owned})`,
  `[x](JaVaScRiPt:${owned})`,
  `[x](data:text/html,<script>${owned}</script>)`,
  `![x](https://evil.example/pixel.png)`,
  `[approve](/approval/apr_1 "onclick=${owned}")`,
  `<javascript:${owned}>`,
  `[x]: javascript:${owned}\n[x]`,
  '`code \u202e`',
  '&lt;img src=x onerror=alert(1)&gt; &nosuch; &constructor; [x](https://evil.example/?a&amp;b)',
  '| a | b |\n|---|---|\n| <img src=x onerror=alert(1)> | 2 |',
  `# ${'#'.repeat(50)}`,
] as const

const names = [
  '../../etc/passwd',
  'a\nb.txt',
  'C:\\evil\\x',
  'con',
  '-rf',
  '%2e%2e%2f',
  '.git/hooks/pre-commit',
  'a"b`c$(d)',
] as const

const payloads: readonly string[] = [
  ...characters.map(([, text]) => text),
  ...terminal,
  ...html,
  ...markdown,
  ...names,
  'x'.repeat(2_500),
  `${'word '.repeat(300)}end`,
  'ä'.repeat(600),
]

const frames: readonly ((payload: string) => string)[] = [
  (payload) => payload,
  (payload) => `rm -r ${payload}`,
  (payload) => `before ${payload} after`,
  (payload) => `\`${payload}\``,
  (payload) => `"${payload}"`,
  (payload) => `> ${payload}`,
  (payload) => `- ${payload}`,
]

/** `count` texts made to be misread, to hide or to run; each carries its own mark, `h0001` and so on, by which it is found again. */
export const hostileStrings = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => {
    const payload = payloads[n % payloads.length] ?? ''
    const frame = frames[Math.floor(n / payloads.length) % frames.length] as (payload: string) => string
    return `h${String(n + 1).padStart(4, '0')} ${frame(payload)}`
  })
