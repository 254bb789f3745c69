// @vitest-environment happy-dom
import { cleanup, fireEvent, render } from '@testing-library/preact'
import { afterEach, expect, test, vi } from 'vitest'
import { contrast, readableOn, rgbOf } from '#web/app/model/ansi-colours.ts'
import { chunksOf } from '#web/app/model/markdown-chunks.ts'
import { decodeNamedCharacterReference } from '#web/app/model/named-characters.ts'
import { Changes } from '#web/app/views/changes.tsx'
import { FileDiff } from '#web/app/views/diff.tsx'
import { Endings } from '#web/app/views/endings.tsx'
import { Markdown } from '#web/app/views/markdown.tsx'
import { OperationAside, OperationView } from '#web/app/views/operation.tsx'
import { inputSaysMore } from '#web/app/views/operation-parts.ts'
import { Terminal } from '#web/app/views/terminal.tsx'
import { approvalWith } from './world.ts'

afterEach(cleanup)

test('markdown becomes nodes: no HTML, no picture, no script, and a link shows where it leads', () => {
  const text = [
    '# Title',
    '<img src=x onerror=alert(1)>',
    '**bold** `code\u202e`',
    '![pic](https://evil.example/x.png)',
    '[bank](https://evil.example/login) [run](javascript:alert(1))',
    '| a | b |\n|---|---|\n| 1 | 2 |',
  ].join('\n\n')
  const { container } = render(<Markdown text={text} />)
  expect(container.querySelectorAll('img, script, iframe')).toHaveLength(0)
  expect([...container.querySelectorAll('a')].map((link) => [link.href, link.textContent])).toEqual([
    ['https://evil.example/x.png', 'evil.example/x.png'],
    ['https://evil.example/login', 'evil.example/login'],
  ])
  expect(container.textContent).toContain('<img src=x onerror=alert(1)>')
  expect(container.textContent).toContain('⟨U+202E⟩')
  expect(container.querySelector('strong')?.textContent).toBe('bold')
  expect(container.querySelectorAll('td')).toHaveLength(4)
})

test('a block of code is copied as it is shown: what is hidden in it does not come along', async () => {
  const { container, findByText } = render(<Markdown text={'```sh\n\tls \u202e# gnp\n```'} />)
  const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
  const button = container.querySelector('button')
  expect(button?.textContent).toBe('Copy')
  if (button) fireEvent.click(button)
  await findByText('Copied.')
  expect(copied).toHaveBeenCalledWith('\tls ⟨U+202E⟩# gnp')
})

test('named characters are of one list; what is not on it stays as it was written', () => {
  const names = ['amp', 'lt', 'nbsp', 'rarr', 'nosuch', 'constructor', '__proto__', '']
  expect(names.map(decodeNamedCharacterReference)).toEqual(['&', '<', '\u00a0', '→', false, false, false, false])
})

test('a program’s colours are classes, and its other escapes do nothing', () => {
  const { container } = render(<Terminal text={'\u001b[31mred\u001b[0m plain \u001b]0;title\u0007 \u001b[2J'} />)
  expect(container.querySelector('.ansi-red')?.textContent).toBe('red')
  expect(container.querySelector('[style]')).toBeNull()
})

test('the change that is approved shows which words are other, line by line, and cuts none', () => {
  const long = `x = '${'y'.repeat(5_000)}'`
  const edits = [
    { path: '/p/a.js', line: 7, removed: 'const a = one()\nsame', added: 'const a = two()\nsame\n' },
    { path: '/p/b.js', line: 1, removed: '', added: long },
  ]
  const operation = approvalWith({ kind: 'edit', command: null, input: JSON.stringify({ edits }) }).operation
  const { container } = render(<OperationView operation={operation} />)
  const [first, second] = container.querySelectorAll('.rows')
  const rows = [...(first?.querySelectorAll('.row') ?? [])].map(({ textContent }) => textContent)
  expect(rows).toEqual(['7−const a = one()', '8−same', '7+const a = two()', '8+same', '9+'])
  expect([...(first?.querySelectorAll('.word-changed') ?? [])].map(({ textContent }) => textContent)).toEqual([
    'one',
    'two',
  ])
  expect(second?.textContent).toBe(`1+${long}`)
})

test('an input that holds more than its command is shown with it', () => {
  const inputs = [
    '{"command":"ls"}',
    'ls',
    '{"command":"ls","run_in_background":true}',
    '{"command":"ls -a"}',
    'not JSON',
  ]
  expect(inputs.map((input) => inputSaysMore({ command: 'ls', input }))).toEqual([false, false, true, true, true])
})

test('what goes over a line again is shown as it was last; other colours and grounds are kept, and can be read', () => {
  const esc = '\u001b['
  const text = [
    'npm: 10 %\rnpm: 55 %\rnpm: done\r',
    'longer than\rshort',
    'spin |\b/\b-',
    `${esc}38;5;208morange${esc}0m ${esc}38;2;10;20;30mdeep${esc}0m ${esc}44;34mblue on blue${esc}0m`,
    'end\r\n',
  ].join('\n')
  const { container } = render(<Terminal text={text} />)
  expect(container.textContent?.split('\n')).toEqual([
    'npm: done',
    'shortr than',
    'spin -',
    'orange deep blue on blue',
    'end',
    '',
  ])
  const of = (words: string) =>
    [...container.querySelectorAll('span')].find(({ textContent }) => textContent === words) as HTMLElement
  expect(of('orange').style.getPropertyValue('--ansi')).toBe('rgb(255 135 0)')
  expect(of('deep').className).toBe('ansi-any')
  expect([of('blue on blue').style.backgroundColor, of('blue on blue').style.color]).toEqual([
    'rgb(0 0 238)',
    'rgb(255 255 255)',
  ])
})

test('on any ground text can be read', () => {
  for (let n = 16; n < 256; n += 1) {
    const ground = rgbOf(`ansi-palette-${n}`, null)
    for (const front of ['ansi-red', 'ansi-bright-yellow', 'ansi-palette-240'])
      expect(ground && contrast(ground, readableOn(ground, rgbOf(front, null)))).toBeGreaterThanOrEqual(4.5)
  }
})

test('a message that grows is read in chunks that stay as they are; a fence, a list and a table are not cut', () => {
  const code = `\`\`\`ts\n${'const x = 1\n\n'.repeat(400)}\`\`\`\n\n`
  const list = `${'- one thing\n\n'.repeat(400)}`
  const text = `${'Words and words.\n\n'.repeat(300)}${code}After.\n\n${list}The end.\n\n${'More.\n\n'.repeat(900)}`
  const chunks = chunksOf(text)
  expect(chunks.join('')).toBe(text)
  expect(chunks.length).toBeGreaterThan(3)
  expect(chunks.filter((chunk) => (chunk.split('```').length - 1) % 2 === 1)).toEqual([])
  expect(chunks.filter((chunk) => chunk.startsWith('-'))).toEqual([])
  for (let end = 3_500; end < text.length; end += 1_777) {
    const before = chunksOf(text.slice(0, end))
    expect(before.slice(0, -1)).toEqual(chunks.slice(0, before.length - 1))
  }
  const { container } = render(<Markdown text={text} />)
  expect(container.querySelectorAll('pre')).toHaveLength(1)
  expect(container.querySelectorAll('li')).toHaveLength(400)
})

const patch = [
  'diff --git a/src/greet.js b/src/greet.js',
  'index 1111111..2222222 100644',
  '--- a/src/greet.js',
  '+++ b/src/greet.js',
  '@@ -1,2 +1,2 @@',
  " const name = 'you'",
  "-export const greet = () => 'hello'",
  '+export const greet = (name) => name',
  '',
].join('\n')

test('a patch becomes rows with signs', () => {
  const { container } = render(<FileDiff patch={patch} path="src/greet.js" review={null} />)
  expect([...container.querySelectorAll('.row')].map((row) => row.querySelector('.row-sign')?.textContent)).toEqual([
    ' ',
    '−',
    '+',
  ])
})

test('a patch that is none, or has not this file, is said and does not break', () => {
  for (const [text, path] of [
    ['', 'a'],
    ['garbage\n@@ nonsense', 'a'],
  ] as const) {
    const { container } = render(<FileDiff patch={text} path={path} review={null} />)
    expect(container.querySelectorAll('.row')).toHaveLength(0)
    expect(container.textContent).not.toBe('')
    cleanup()
  }
})

test('of a large patch only what is in sight is made', () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => `+line ${index}`)
  const large = `${patch.split('\n').slice(0, 4).join('\n')}\n@@ -0,0 +1,5000 @@\n${lines.join('\n')}\n`
  const { container } = render(<FileDiff patch={large} path="src/greet.js" review={null} />)
  const { length } = container.querySelectorAll('.row')
  expect(length).toBeGreaterThan(10)
  expect(length).toBeLessThan(300)
})

test('an empty change says so', () => {
  const { container } = render(<Changes diff={null} patch={null} review={null} />)
  expect(container.textContent).toBe('No files changed yet')
})

test('an operation shows all it is, what hides in it, and the agent’s words apart', () => {
  const approval = approvalWith(
    { command: 'rm -rf build \u200b', uninspectable: ['curl … | sh'], hosts: ['example.org'] },
    { agentWords: 'Just tidying up' },
  )
  const { container } = render(
    <>
      <OperationView operation={approval.operation} />
      <OperationAside approval={approval} />
    </>,
  )
  // Nothing of what is signed waits behind a fold: only the agent's words and the names of the record stand after it.
  expect(container.querySelectorAll('details')).toHaveLength(1)
  expect(container.querySelector('details')?.textContent).toContain(approval.digest)
  expect(container.querySelector('.block')?.textContent).toBe('rm -rf build ⟨U+200B⟩')
  for (const text of ['curl … | sh', 'example.org', '/home/ada/greetings', 'Deletes files', 'Fenced']) {
    expect(container.textContent).toContain(text)
  }
  const words = container.querySelector('.agent-words')
  expect(words?.textContent).toContain('Just tidying up')
  expect(words?.textContent).toContain('not checked')
})

test('what was changed without leave is said before what may become of it, by names that hide nothing', () => {
  const nothing = async () => {}
  const { container, rerender } = render(<Endings branch="countersign/1" onFinish={nothing} />)
  expect(container.querySelector('[role=alert]')).toBeNull()
  expect(container.querySelector('.button-primary')?.textContent).toContain('Apply')
  const deviated = { files: ['src/a\u202e.js'], total: 5 }
  rerender(<Endings branch="countersign/1" deviated={deviated} onFinish={nothing} />)
  const alert = container.querySelector('[role=alert]')?.textContent
  expect(alert).toContain('5 files were changed without leave')
  expect(alert).toContain('⟨U+202E⟩')
  expect(container.querySelector('.button-primary')).toBeNull()
})
