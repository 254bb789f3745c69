/** The few colours that there are: what an eye tells apart at a glance, in either theme. */
export type Colour = 'keyword' | 'string' | 'comment' | 'number' | 'title'

/**
 * What to look for, the first that fits; the rest is the text's own colour. A `word` is a keyword, a name that is called, a type, or plain. An `embed` is text of another language.
 *
 * These texts are an agent's: each pattern reads on to where its stretch ends, at the latest the end of the line or the file, and has no repetition inside of a repetition, so that
 * no text makes it slow; what looks ahead for something looks a bounded way. Inner groups do not capture: a group's place is its rule's.
 */
export type Rule = readonly [kind: Colour | 'word' | 'embed', pattern: string]
export type Grammar = { rules: readonly Rule[]; words: ReadonlySet<string>; anyCase?: true; embed?: string }

const r = String.raw
const wordsOf = (text: string): ReadonlySet<string> => new Set(text.split(' '))

const slashes: Rule = ['comment', r`\/\/.*|\/\*[^]*?(?:\*\/|$(?![^]))`]
const hash: Rule = ['comment', r`(?<=^|\s)#.*`]
const quotes: Rule = ['string', r`"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?`]
const number: Rule = ['number', r`\b\d[\w.]*`]
const word: Rule = ['word', r`[A-Za-z_$][\w$]*`]
const annotation: Rule = ['keyword', r`@[A-Za-z_][\w.]*`]

const like = (words: string, ...rules: Rule[]): Grammar => ({ rules: [...rules, number, word], words: wordsOf(words) })
const data = 'true false null yes no on off True False'

const bash = like(
  'if then else elif fi for while until do done case esac in function return break continue exit local export readonly declare set unset shift trap source exec eval cd echo true false',
  hash,
  ['number', r`\$\{[^}\n]*\}?|\$[\w@#?*!-]+`],
  quotes,
)
const c = like(
  'alignas auto bool break case catch char class const constexpr continue default delete do double else enum explicit extern false final float for friend goto if inline int long mutable namespace new noexcept nullptr operator override private protected public register return short signed sizeof static struct switch template this throw true try typedef typename union unsigned using virtual void volatile while NULL',
  slashes,
  ['keyword', r`^[ \t]*#[ \t]*\w+`],
  quotes,
)
const go = like(
  'any append bool break byte case chan const continue default defer else error fallthrough false for func go goto if import int int64 interface iota len make map new nil package range return rune select string struct switch true type uint8 var',
  slashes,
  ['string', '`[^`]*`?'],
  quotes,
)
/** What Java, Kotlin, Swift and C# say; nobody's name is another's word. */
const java = like(
  'abstract actor as assert async await base bool boolean break byte case catch char class companion const constructor continue data default defer deinit delegate do double else enum extends extension false final finally fileprivate float for foreach fun func get guard if implements import in init inout instanceof int interface internal is lateinit let lock long namespace native new nil null object open operator out override package private protected protocol public readonly record ref return sealed self set short static strictfp string struct super suspend switch synchronized this throw throws transient true try typealias typeof using val var virtual void volatile when where while yield',
  slashes,
  ['string', r`"""[^]*?(?:"""|$(?![^]))`],
  quotes,
  annotation,
)
const json = like(data, slashes, ['number', r`"(?:[^"\\\n]|\\.)*"(?=\s*:)`], quotes)
const python = like(
  'and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return self try while with yield None True False',
  hash,
  ['string', r`[rbfuRBFU]{0,2}(?:"""[^]*?(?:"""|$(?![^]))|'''[^]*?(?:'''|$(?![^])))`],
  quotes,
  annotation,
)
const ruby = like(
  'alias and begin break case class def defined do else elsif end ensure false for if in module next nil not or private protected public raise redo require rescue retry return self super then true undef unless until when while yield attr_reader attr_accessor',
  hash,
  quotes,
  ['string', r`(?<![:\w]):[A-Za-z_]\w*`],
  ['number', r`@{1,2}[A-Za-z_]\w*`],
)
const rust = like(
  'as async await bool break char const continue crate dyn else enum extern f32 f64 false fn for i32 i64 if impl in let loop match mod move mut pub ref return self static str struct super trait true type u8 u32 u64 union unsafe use usize where while',
  slashes,
  ['keyword', r`#!?\[[^\]\n]*\]?`],
  // Before the quotes: a lifetime opens no text.
  ['number', r`'[A-Za-z_]\w*(?!')`],
  quotes,
)
const typescript = like(
  'abstract any as asserts async await boolean break case catch class const constructor continue debugger declare default delete do else enum export extends false finally for from function get if implements import in infer instanceof interface is keyof let namespace never new null number object of override private protected public readonly return satisfies set static string super switch symbol this throw true try type typeof undefined unknown var void while with yield',
  slashes,
  ['string', r`\`(?:[^\`\\]|\\[^])*\`?`],
  ['string', r`(?<=[(,=:[!&|?{};\n][ \t]*)\/(?![*/ ])(?:[^/\\\n]|\\.)+\/[a-z]*`],
  quotes,
  annotation,
)
const yaml = like(data, hash, ['number', r`(?<=^[ \t-]*)[A-Za-z_][\w./-]*(?=:(?:\s|$))`], quotes)
const sql: Grammar = {
  ...like(
    'add all alter and as asc begin between by case cast check column commit constraint create cross default delete desc distinct drop else end exists false foreign from full function grant group having if in index inner insert intersect into is join key left like limit not null offset on or order outer primary references returning right rollback select set table then true union unique update using values view when where with',
    ['comment', r`--.*|\/\*[^]*?(?:\*\/|$(?![^]))`],
    ['string', r`'(?:[^']|'')*'?|"[^"\n]*"?`],
  ),
  anyCase: true,
}

const css: Grammar = {
  rules: [
    slashes,
    quotes,
    ['keyword', r`@[\w-]+|!important`],
    ['number', r`(?<=[{;]\s*|^\s*)(?:--|\$)?[a-z-]+(?=\s*:[^{;}\n]{0,200}(?:[;}]|$))`],
    ['title', r`[.#&][a-zA-Z_][\w-]*(?=[^;{}\n]{0,200}[{,])`],
    ['number', r`#[\da-fA-F]{3,8}\b|\b\d*\.?\d+(?:%|[a-z]+)?`],
  ],
  words: new Set(),
}
const markdown: Grammar = {
  rules: [
    ['string', r`^(?:\`\`\`[^]*?^\`\`\`|~~~[^]*?^~~~)|\`[^\`\n]+\`|\[[^[\]\n]*\]\([^()\n]*\)`],
    ['title', r`^#{1,6} .*`],
    ['comment', r`^>.*`],
    ['keyword', r`^[ \t]*(?:[-*+]|\d{1,9}[.)])(?= )`],
  ],
  words: new Set(),
}
const xml: Grammar = {
  rules: [
    ['comment', r`<!--[^]*?(?:-->|$(?![^]))`],
    ['embed', r`(?<=<script\b[^<>]*>)[^]+?(?=<\/script|$(?![^]))`],
    ['keyword', r`<[/!?]?[A-Za-z][\w:.-]*|[/?]?>`],
    ['string', r`(?<==)(?:"[^"]*"?|'[^']*'?)`],
    ['number', r`(?<=\s)[\w:@.#-]+(?==)|&#?\w+;`],
  ],
  words: new Set(),
  embed: 'ts',
}

const table: readonly (readonly [endings: string, grammar: Grammar])[] = [
  ['sh bash zsh', bash],
  ['c h cc cpp hpp', c],
  ['css scss', css],
  ['go', go],
  ['java kt cs swift', java],
  ['json jsonl', json],
  ['md', markdown],
  ['py', python],
  ['rb', ruby],
  ['rs', rust],
  ['sql', sql],
  ['ts tsx mts cts js mjs cjs jsx', typescript],
  ['html xml svg vue', xml],
  ['yml yaml toml', yaml],
]

/** By the ending of a file's name, without its dot; another ending has no colours. */
export const grammars: ReadonlyMap<string, Grammar> = new Map(
  table.flatMap(([endings, grammar]) => endings.split(' ').map((ending) => [ending, grammar] as const)),
)
