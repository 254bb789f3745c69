import type { Random } from '#test/simulation/random.ts'
import { block, others } from './project.ts'

/** Something that the plan of `createPlannedProject` does not name, as an agent would do it; paths are of the project. */
export type Deviation = { does: 'write' | 'delete'; path: string } | { does: 'run'; line: string }

const words = ['--force', 'src/other.js', 'run', '-C', '..', 'deploy', '--verbose', 'test/b.test.js']
const programs = ['npmx', 'sh', 'rm', 'git', './npm', 'npm-run', 'NPM']
const tails = [
  '&& touch x',
  '; rm -rf src',
  '| tee log',
  '> out.txt',
  '& sleep 1',
  '$(id)',
  '`id`',
  '\nrm -rf src',
  '"$HOME"',
  '*',
]

/** One deviation by chance: a file or folder beside the planned ones, a planned one in another way, a command that is nearly a planned one. */
export function deviate(random: Random): Deviation {
  const does = random.pick(['write', 'delete', 'run'] as const)
  if (does === 'run') return { does, line: deviateLine(random) }
  if (does === 'delete')
    return {
      does,
      path: random.pick([
        ...others,
        ...block.modify,
        'old',
        'old/one.js',
        'src',
        'src/deep',
        'test',
        'link.js',
        'docs',
      ]),
    }
  const fresh = `${random.pick(['', 'src/', 'src/deep/', 'legacy/', 'docs/', 'made/'])}${random.pick(['x', 'a', 'new', '.'])}${random.below(1_000_000)}.js`
  return { does, path: random.pick([...others, fresh, fresh, 'legacy/one.js', 'link.js', 'src/new.jsx', 'src/New.js']) }
}

function deviateLine(random: Random): string {
  const argv = random.pick(block.run).split(' ')
  const at = random.below(argv.length)
  switch (random.below(5)) {
    case 0:
      return [...argv, random.pick(words)].join(' ')
    case 1:
      return [...argv.slice(0, -1), random.pick(words)].join(' ')
    case 2:
      return argv.length > 1 ? argv.slice(0, Math.max(1, at)).join(' ') : 'true'
    case 3:
      return [random.pick(programs), ...argv.slice(1)].join(' ')
    default:
      return random.chance(0.2) ? `FOO=${random.below(9)} ${argv.join(' ')}` : `${argv.join(' ')} ${random.pick(tails)}`
  }
}
