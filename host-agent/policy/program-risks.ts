import { noRisk, type Risk, risk } from './tiers.ts'

const words = (text: string) => new Set(text.trim().split(/\s+/))

/** They only read, whatever their arguments are; where they read is judged by their paths. */
const readers = words(
  'cat ls head tail wc grep egrep fgrep pwd echo printf true false test [ stat file du df uniq cut tr diff cmp which whoami id basename dirname realpath readlink jq nl rev sha256sum md5sum cksum column cd',
)
const deleters = words('rm rmdir unlink shred trash')
const editors = words('mkdir touch cp mv ln tee patch install chmod truncate')
const network = words(
  'curl wget nc ncat netcat ssh scp sftp rsync ftp telnet ping dig host nslookup socat http https gh glab hub psql mysql redis-cli mongosh lynx',
)
const deployers = words(
  'kubectl terraform tofu pulumi aws gcloud az vercel netlify fly flyctl heroku cdk serverless sls helm ansible ansible-playbook wrangler firebase semantic-release np changeset twine lerna release-it countersign',
)
const system = words(
  'sudo doas su pkexec chroot mount umount systemctl service crontab at launchctl chsh passwd useradd usermod visudo dd mkfs fdisk reboot shutdown halt iptables nft pkill killall apt apt-get dnf yum pacman brew snap dpkg rpm chown setcap insmod modprobe nsenter unshare docker podman',
)
const packagers = words(
  'npm pnpm yarn bun npx pnpx bunx pip pip3 pipx uv poetry gem bundle composer cargo go conda deno',
)
const testers = words(
  'vitest jest mocha ava tap pytest tox phpunit rspec ctest tsc eslint biome oxlint ruff mypy prettier',
)

/** What a program of this name does with these arguments, apart from the paths they name. Unknown programs are tier 2. */
export function programRisk(name: string, args: readonly string[]): Risk {
  if (system.has(name)) return risk(3, `${name} acts on the whole machine`)
  if (deployers.has(name)) return risk(3, `${name} deploys, publishes or controls what is outside of the project`)
  if (deleters.has(name)) return risk(2, `${name} deletes files`)
  if (name === 'git') return gitRisk(args)
  if (packagers.has(name)) return packagerRisk(name, args)
  if (network.has(name)) {
    if (name === 'gh' && args[0] === 'pr' && /^(create|merge|close|edit|ready|review|comment)$/.test(args[1] ?? ''))
      return risk(3, `gh pr ${args[1]} speaks in the person’s name where others see it`)
    return name === 'gh' && /^(release|secret|workflow|repo|api)$/.test(args[0] ?? '')
      ? risk(3, `gh ${args[0]} changes what is published`)
      : risk(2, `${name} uses the network`)
  }
  if (editors.has(name)) return risk(1, `${name} changes files`)
  if (testers.has(name)) return risk(1, `${name} checks the project`)
  if (name === 'node' && args.some((arg) => arg === '--test')) return runsTests('node')
  if (name === 'make') return makeRisk(args)
  if (name === 'find') return findRisk(args)
  if (name === 'sort')
    return args.some((arg) => /^(-o|--output|--compress-program)/.test(arg)) ? risk(2, 'sort writes') : noRisk
  if (name === 'rg')
    return args.some((arg) => /^(--pre|-z|--search-zip|--hostname-bin)/.test(arg))
      ? risk(2, 'rg runs a program')
      : noRisk
  if (readers.has(name)) return noRisk
  return risk(2, `${name.slice(0, 80)} is a program whose effects are not known`)
}

const runsTests = (name: string) => risk(1, `${name} runs the project’s tests or checks`)

function packagerRisk(name: string, args: readonly string[]): Risk {
  const verb = args.find((arg) => !arg.startsWith('-')) ?? ''
  const script = args[args.indexOf('run') + 1] ?? ''
  if (/^(publish|unpublish|deprecate|dist-tag|access|owner|token|login|adduser|push|yank|release|star)$/.test(verb)) {
    return risk(3, `${name} ${verb} changes what is published`)
  }
  if (/publish|deploy|release/i.test(args.join(' '))) return risk(3, `${name} is asked to publish or deploy`)
  if (/^(test|t|tst|check|clippy|vet|lint|typecheck)$/.test(verb)) return runsTests(name)
  if (verb === 'run' && /^(test|check|lint|typecheck|build)([:_-][\w:-]*)?$/.test(script)) return runsTests(name)
  if (name === 'cargo' && verb === 'build') return runsTests(name)
  if (name === 'go' && verb === 'build') return runsTests(name)
  if (/^(ls|list|outdated|why|explain|version|-v|--version)$/.test(verb || (args[0] ?? '')))
    return risk(1, `${name} looks at packages`)
  if (/^(i|install|ci|add|update|upgrade|sync|get|remove|uninstall|rm|un|link|exec|dlx|x|create|init)$/.test(verb)) {
    return risk(2, `${name} ${verb} changes or runs packages`)
  }
  return risk(2, `${name} runs what the project or a package says`)
}

function gitRisk(args: readonly string[]): Risk {
  const verb = args[0] ?? ''
  if (verb.startsWith('-')) return risk(2, 'git with options that change how it works')
  if (args.some((arg) => /^(--output|--ext-diff|--textconv|--upload-pack|--exec|-O|--open-files-in-pager)/.test(arg))) {
    return risk(2, `git ${verb} with an option that runs or writes`)
  }
  if (/^(status|log|diff|show|rev-parse|ls-files|blame|describe|shortlog|cat-file|ls-tree)$/.test(verb)) return noRisk
  if (verb === 'branch' && args.length === 1) return noRisk
  if (/^(add|commit|mv)$/.test(verb)) return risk(1, `git ${verb} records changes`)
  if (verb === 'push') return risk(2, 'git push sends the work to another machine')
  if (/^(clone|fetch|pull|remote|submodule|ls-remote|lfs)$/.test(verb)) return risk(2, `git ${verb} uses the network`)
  if (/^(config|filter-branch|send-email|credential|daemon|update-server-info|hook)$/.test(verb)) {
    return risk(3, `git ${verb} changes what git does or sends`)
  }
  return risk(2, `git ${verb.slice(0, 40)} can discard or move work`)
}

function makeRisk(args: readonly string[]): Risk {
  if (/publish|deploy|release|install/i.test(args.join(' ')))
    return risk(3, 'make is asked to publish, deploy or install')
  return args.every((arg) => /^(test|check|lint|build|all)$/.test(arg))
    ? runsTests('make')
    : risk(2, 'make runs what the project says')
}

function findRisk(args: readonly string[]): Risk {
  if (args.includes('-delete')) return risk(2, 'find -delete deletes files')
  if (args.some((arg) => /^-(exec|execdir|ok|okdir|fprint|fprintf|fls)/.test(arg)))
    return risk(2, 'find runs a program or writes files')
  return noRisk
}
