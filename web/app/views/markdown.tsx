import type { Nodes, Parents, RootContent } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmAutolinkLiteralFromMarkdown } from 'mdast-util-gfm-autolink-literal'
import { gfmStrikethroughFromMarkdown } from 'mdast-util-gfm-strikethrough'
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table'
import { gfmTaskListItemFromMarkdown } from 'mdast-util-gfm-task-list-item'
import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal'
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough'
import { gfmTable } from 'micromark-extension-gfm-table'
import { gfmTaskListItem } from 'micromark-extension-gfm-task-list-item'
import type { ComponentChildren, JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { visible } from '#client/display.ts'
import { t } from '../../texts/all-texts.ts'
import { chunksOf, LONGEST } from '../model/markdown-chunks.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Exact } from '../parts/exact.tsx'

/** What agents use of GitHub's own Markdown: footnotes are left out, they weigh more than they are seen. */
const github = {
  extensions: [gfmTable(), gfmStrikethrough(), gfmTaskListItem(), gfmAutolinkLiteral()],
  mdastExtensions: [
    gfmTableFromMarkdown(),
    gfmStrikethroughFromMarkdown(),
    gfmTaskListItemFromMarkdown(),
    gfmAutolinkLiteralFromMarkdown(),
  ],
}

/** An agent's text as nodes: nothing of it ever becomes HTML, a picture that is loaded, or a link whose address can't be seen. */
export function Markdown({ text }: { text: string }) {
  return (
    <div class="markdown">
      {chunksOf(text).map((chunk, index) => (
        <Chunk key={index} text={chunk} />
      ))}
    </div>
  )
}

/** A message that grows is read anew only in its last chunk. */
function Chunk({ text }: { text: string }) {
  const tree = useMemo(() => (text.length > LONGEST ? null : fromMarkdown(text, github)), [text])
  if (tree) return <>{childrenOf(tree)}</>
  return (
    <p class="pre">
      <Exact text={text} lines />
    </p>
  )
}

const childrenOf = (node: Parents): ComponentChildren =>
  (node.children as RootContent[]).map((child, index) => <Piece key={index} node={child} />)

const headings = ['h3', 'h4', 'h5', 'h6', 'h6', 'h6'] as const

function Piece({ node }: { node: Nodes }): JSX.Element | null {
  switch (node.type) {
    case 'text':
      return <Exact text={node.value} lines />
    case 'paragraph':
      return <p>{childrenOf(node)}</p>
    case 'heading': {
      const Heading = headings[node.depth - 1] ?? 'h6'
      return <Heading>{childrenOf(node)}</Heading>
    }
    case 'emphasis':
      return <em>{childrenOf(node)}</em>
    case 'strong':
      return <strong>{childrenOf(node)}</strong>
    case 'delete':
      return <del>{childrenOf(node)}</del>
    case 'inlineCode':
      return (
        <code>
          <Exact text={node.value} />
        </code>
      )
    case 'code':
      return (
        <div class="copied-block">
          <pre class="block">
            <Exact text={node.value} lines />
          </pre>
          {/* As it is shown: what is hidden in it does not come along. */}
          <CopyButton text={() => visible(node.value, { lines: true })} label={t('copyCode')} done={t('copied')} />
        </div>
      )
    case 'blockquote':
      return <blockquote>{childrenOf(node)}</blockquote>
    case 'list':
      return node.ordered ? <ol start={node.start ?? 1}>{childrenOf(node)}</ol> : <ul>{childrenOf(node)}</ul>
    case 'listItem':
      return (
        <li>
          {typeof node.checked === 'boolean' && (node.checked ? '☑ ' : '☐ ')}
          {childrenOf(node)}
        </li>
      )
    case 'break':
      return <br />
    case 'thematicBreak':
      return <hr />
    case 'link':
      return <Link url={node.url}>{childrenOf(node)}</Link>
    case 'image':
      return <Link url={node.url}>{node.alt ?? ''}</Link>
    case 'table':
      return (
        <div class="table-wrap">
          <table>
            <tbody>{childrenOf(node)}</tbody>
          </table>
        </div>
      )
    case 'tableRow':
      return <tr>{childrenOf(node)}</tr>
    case 'tableCell':
      return <td>{childrenOf(node)}</td>
    case 'html':
      return (
        <code>
          <Exact text={node.value} lines />
        </code>
      )
    default:
      // Footnotes, definitions and whatever comes later: their text, if they have any.
      return 'children' in node ? (
        <span>{childrenOf(node)}</span>
      ) : 'value' in node ? (
        <Exact text={node.value} lines />
      ) : null
  }
}

/** Where it leads is written out: the words of a link are the agent's. */
function Link({ url, children }: { url: string; children: ComponentChildren }) {
  const target = URL.parse(url)
  if (!target || !/^https?:$/.test(target.protocol)) return <>{children}</>
  return (
    <>
      {children}{' '}
      <a class="text-link" href={target.href} target="_blank" rel="noopener noreferrer">
        <Exact text={target.host + (target.pathname === '/' ? '' : target.pathname)} />
      </a>
    </>
  )
}
