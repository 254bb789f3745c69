import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Case } from './case.ts'
import type { World } from './world.ts'

const text = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '(gone)')
const isOriginal =
  (...names: string[]) =>
  (world: World) => {
    const changed = names.filter((name) => text(join(world.project, name)) !== 'original')
    return changed.length > 0 ? `changed: ${changed.join(', ')}` : null
  }
const unchanged = (of: (world: World) => string, before: (path: string) => boolean) => (world: World) =>
  before(of(world)) ? null : `changed: ${of(world)}`
const every = `try() { "$@" 2>&1 && echo "WORKED: $*"; }\n`

const before = new Map<string, string>()
/** Everything that a person would miss of a repository, and whether it is whole. */
const stateOf = (project: string) =>
  [
    inRepository(project, 'for-each-ref'),
    inRepository(project, 'worktree', 'list', '--porcelain'),
    inRepository(project, 'fsck', '--full', '--no-dangling', '--no-progress'),
    ...['HEAD', 'config', 'worktrees/worktree/commondir', 'worktrees/worktree/gitdir', 'worktrees/worktree/HEAD'].map(
      (name) => text(join(project, '.git', name)),
    ),
    readdirSync(join(project, '.git')).sort().join(),
    readdirSync(join(project, '.git/hooks')).sort().join(),
    text(join(project, '../../worktree/.git')),
  ].join('\n')
const isWhole = (project: string) => {
  const now = stateOf(project)
  return now === before.get(project) ? null : `the repository was\n${before.get(project)}\nand is\n${now}`
}
const inRepository = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'safe.directory=*', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim()
/** A worktree of the project's repository on the branch `task`, made as the host makes one. */
const inWorktree: Pick<Case, 'prepare' | 'options'> = {
  prepare: ({ project, root }) => {
    inRepository(project, 'config', 'core.hooksPath', '/dev/null')
    inRepository(project, 'commit', '-q', '--allow-empty', '-m', 'first')
    for (const args of [
      ['branch', 'kept'],
      ['tag', 'v1'],
      ['pack-refs', '--all'],
    ])
      inRepository(project, ...args)
    inRepository(project, 'worktree', 'add', '-q', '-b', 'task', join(root, 'worktree'))
    before.set(project, stateOf(project))
  },
  options: ({ root }) => ({ project: join(root, 'worktree') }),
}

export const fileCases: readonly Case[] = [
  {
    name: 'the root can’t be written',
    script: () => `${every} try touch /x; try mkdir /y; try touch /usr/x /etc/x /bin/x /dev/x /run/x /var/x /sandbox/x`,
    never: /WORKED/,
  },
  {
    name: 'the system can be read, the null device written',
    script: () => 'test -x /usr/bin/env && echo x >/dev/null && echo fine',
    says: /fine/,
  },
  {
    name: 'the project and /tmp can be written',
    script: () => 'echo new >src/new.txt && echo t >/tmp/t && cat /tmp/t src/new.txt',
    says: /t\nnew/,
    after: (world) => (text(join(world.project, 'src/new.txt')) === 'new\n' ? null : 'the file is not outside'),
  },
  {
    name: 'keys and tokens of a home do not exist',
    script: ({ person }) =>
      `cat ${person}/.ssh/id_ed25519 ${person}/.aws/credentials ${person}/.npmrc ${person}/outside.txt ~/.npmrc ~/.ssh/*; ls -a ${person}`,
    never: /\.ssh\n|\.aws\n/,
  },
  {
    name: 'the host agent’s folder does not exist',
    script: ({ countersignHome }) =>
      `cat ${countersignHome}/host/keys.json; ls -la ${countersignHome} && echo LISTED; echo x >${countersignHome}/x`,
    never: /LISTED/,
  },
  {
    name: 'the host agent’s folder is covered when the project holds it',
    prepare: ({ project }) => {
      mkdirSync(join(project, 'state/host'), { recursive: true })
      writeFileSync(join(project, 'state/host/keys.json'), 'the-secret-of-the-host')
    },
    options: ({ project, countersignHome }) => ({ hidden: [countersignHome, join(project, 'state')] }),
    script: () =>
      'cat state/host/keys.json; echo changed >state/host/keys.json; touch state/x; mv state other; ls -la state',
    after: ({ project }) =>
      existsSync(join(project, 'state/host/keys.json')) && !existsSync(join(project, 'state/x'))
        ? null
        : 'it was changed',
  },
  {
    name: 'the accounts of the host do not exist',
    script: () => 'cat /etc/shadow /etc/sudoers; grep -v "^agent:\\|^nobody:" /etc/passwd && echo OTHERS',
    never: /OTHERS|root:/,
  },
  {
    name: 'HOME is private and empty of the person’s files',
    script: ({ person }) => `echo changed >~/.bashrc; [ "$HOME" != ${person} ] && echo fine`,
    says: /fine/,
    after: ({ person }) => (text(join(person, '.bashrc')) === 'original' ? null : 'changed'),
  },
  {
    name: '.. leads nowhere',
    script: () => `${every} cat ../outside.txt ../.ssh/id_ed25519; try touch ../x; try touch ../../x`,
    never: /WORKED/,
  },
  {
    name: 'a symbolic link leads nowhere',
    script: ({ person }) =>
      `ln -s ${person}/outside.txt link; cat link; ln -sfn ${person}/.ssh src/keys; cat src/keys/*; ln -s / rootlink; cat rootlink${person}/outside.txt`,
  },
  {
    name: 'a folder replaced by a link leads nowhere',
    script: ({ person }) => `mv src old; ln -s ${person} src; cat src/outside.txt; echo changed >src/outside.txt`,
    after: ({ person }) => (text(join(person, 'outside.txt')).includes('changed') ? 'changed' : null),
  },
  {
    name: 'a link that was there leads nowhere',
    prepare: ({ project, person }) => symlinkSync(join(person, 'outside.txt'), join(project, 'link.txt')),
    script: () => 'cat link.txt; echo changed >link.txt',
    after: ({ person }) => (text(join(person, 'outside.txt')).includes('changed') ? 'changed' : null),
  },
  {
    name: 'hard links do not cross',
    script: ({ person }) =>
      `${every} try ln /usr/bin/env src/env; try ln ${person}/outside.txt src/o; try ln .envrc src/envrc && echo changed >src/envrc; try ln .git/config src/config && echo changed >src/config`,
    never: /WORKED: ln (\/usr|\.git|\.envrc)/,
    after: isOriginal('.envrc'),
  },
  {
    name: 'the project’s folder can’t be moved away',
    script: ({ project }) =>
      `cd /; mv ${project} ${project}2; rm -rf ${project}/../x; test -d ${project}/src && echo there`,
    says: /there/,
  },
  {
    name: 'files that shells, editors and package managers obey are read-only',
    script: () =>
      `for f in .bashrc .gitconfig .envrc .npmrc .vscode/tasks.json; do echo changed >$f; rm -f $f; mv $f $f.old; done; mv .vscode v; rm -rf .vscode; cp /dev/null .envrc`,
    after: isOriginal('.bashrc', '.gitconfig', '.envrc', '.npmrc', '.vscode/tasks.json'),
  },
  {
    name: 'a new file that programs obey is told',
    script: () => 'mkdir .claude && echo "{}" >.claude/settings.json',
    tells: ['sandbox_file_planted'],
  },
  {
    name: 'planning changes nothing',
    options: () => ({ projectAccess: 'read' }),
    script: () =>
      `${every} cat src/index.txt; try touch src/new; try rm src/index.txt; try git commit --allow-empty -m x`,
    says: /original/,
    never: /WORKED/,
    after: isOriginal('src/index.txt'),
  },
  {
    name: 'planning with one path opened changes that one alone',
    options: ({ project }) => ({ projectAccess: 'read', writeRoots: [join(project, 'src')] }),
    script: () => `${every} echo changed >src/index.txt; try touch new`,
    never: /WORKED/,
    after: ({ project }) =>
      text(join(project, 'src/index.txt')) === 'changed\n' ? null : 'the opened path could not be written',
  },
  {
    name: 'device files and set-user-id programs give nothing',
    script: () =>
      `${every} try mknod src/disk b 254 0; cp /usr/bin/id src/id; chmod 4755 src/id; src/id -u; try su -c id; try mount -t tmpfs x src; try dd if=/dev/vda of=/dev/null count=1; try dd if=/dev/mem of=/dev/null count=1`,
    never: /WORKED|^0$/m,
  },
  {
    name: 'no file system in memory can be written',
    script: () => `awk '$3 == "tmpfs" && $4 ~ /^rw/ { print "WRITABLE", $2 }' /proc/mounts`,
    never: /WRITABLE/,
  },
  {
    name: '/proc shows nobody else and steers nothing',
    script: () =>
      `${every} ls /proc | grep -c '^[0-9]'; echo core >/proc/sys/kernel/core_pattern && echo WORKED; echo b >/proc/sysrq-trigger && echo WORKED; cat /proc/*/environ | tr '\\0' '\\n' | grep -i vitest && echo WORKED`,
    never: /WORKED/,
  },
  {
    name: 'git add and commit work, with the person’s name',
    prepare: ({ person }) =>
      writeFileSync(join(person, '.gitconfig'), '[user]\n\tname = Ada \\"L\\" Byron\n\temail = ada@example.org\n'),
    script: () =>
      'echo x >src/a.txt && git add -A && git commit -q -m first && git log --format="%an %ae" && git status --short && echo done',
    says: /Ada "L" Byron ada@example\.org\ndone/,
    after: ({ project }) =>
      execFileSync('git', ['-c', 'safe.directory=*', 'log', '--format=%s'], { cwd: project, encoding: 'utf8' }) ===
      'first\n'
        ? null
        : 'no commit outside',
  },
  {
    name: 'git’s settings and hooks can’t be changed, moved or deleted',
    script: () =>
      `git config core.fsmonitor ./evil; echo "[core] fsmonitor=./evil" >>.git/config; echo evil >.git/hooks/post-commit; echo evil >.git/hooks/pre-commit; rm -rf .git/hooks .git/config; mv .git g; mv .git/hooks .git/h; mv .git/config .git/c; rm -rf .git; ln -sfn /tmp .git/hooks`,
    after: ({ project }) =>
      text(join(project, '.git/config')).includes('evil') ||
      text(join(project, '.git/hooks/post-commit')) !== '#!/bin/sh\n' ||
      existsSync(join(project, '.git/hooks/pre-commit'))
        ? 'changed'
        : null,
  },
  {
    name: 'other ways to steer git, planted in .git, are moved away',
    script: () =>
      `mkdir -p /tmp/e; echo x >.git/commondir; printf '[core]\\n\\tfsmonitor = ./evil\\n' >.git/config.worktree; mkdir -p .git/modules/sub/hooks; echo ref >.git/modules/sub/HEAD; echo evil >.git/modules/sub/hooks/post-checkout`,
    tells: ['sandbox_git_planted'],
    after: ({ project }) => {
      const left = ['commondir', 'config.worktree', 'modules/sub/hooks'].filter((name) =>
        existsSync(join(project, '.git', name)),
      )
      return left.length > 0 ? `left: ${left.join(', ')}` : null
    },
  },
  {
    name: 'a planted repository with a program in its settings is moved away',
    script: () =>
      'mkdir docs && git init -q docs && git -C docs config core.fsmonitor ./evil && mkdir lib && git init -q lib && echo evil >lib/.git/hooks/pre-commit',
    tells: ['sandbox_git_planted'],
    after: ({ project }) =>
      existsSync(join(project, 'docs/.git')) || existsSync(join(project, 'lib/.git')) ? 'still there' : null,
  },
  {
    name: 'a new repository that is harmless stays',
    script: () =>
      'mkdir docs && cd docs && git init -q && echo x >x && git add -A && git commit -q -m new && echo done',
    says: /done/,
    after: ({ project, violations }) =>
      existsSync(join(project, 'docs/.git/HEAD')) && violations.length === 0 ? null : 'moved away',
  },
  {
    name: 'a planted bare repository loses its settings',
    script: () =>
      `mkdir -p docs/objects docs/refs; echo 'ref: refs/heads/main' >docs/HEAD; printf '[core]\\n\\trepositoryformatversion = 0\\n\\tbare = false\\n\\tworktree = .\\n\\tfsmonitor = ./evil\\n' >docs/config`,
    tells: ['sandbox_git_planted'],
    after: ({ project }) => (existsSync(join(project, 'docs/config')) ? 'still there' : null),
  },
  {
    name: 'a project without a repository gets none that runs programs, also by file or link',
    options: ({ project }) => ({ project: join(project, 'src') }),
    script: () =>
      `mkdir -p g/objects g/refs; echo 'ref: refs/heads/main' >g/HEAD; printf '[core]\\n\\tfsmonitor = ./evil\\n' >g/config; echo 'gitdir: g' >.git; mkdir a; ln -s ../g a/.git`,
    tells: ['sandbox_git_planted'],
    after: ({ project }) =>
      ['src/.git', 'src/a/.git'].some((name) => lstatSync(join(project, name), { throwIfNoEntry: false }))
        ? 'still there'
        : null,
  },
  {
    name: 'a worktree can be committed in, its .git can’t be pointed elsewhere',
    ...inWorktree,
    script: ({ project }) =>
      `echo x >x; git add -A && git commit -q -m second && git log --oneline | wc -l && git status --short && git diff HEAD~1 --stat; git checkout -q -b other && git commit -q --allow-empty -m third; git checkout -q task && git stash list && git gc -q && echo done; echo 'gitdir: /tmp' >.git; mv .git g; echo evil >>${project}/.git/config; echo evil >${project}/.git/hooks/x; echo /tmp >${project}/.git/worktrees/worktree/commondir; echo /tmp/.git >${project}/.git/worktrees/worktree/gitdir`,
    says: /2\n[\s\S]*1 file changed[\s\S]*done/,
    after: ({ project, root, violations }) => {
      if (violations.length > 0) return 'something was told'
      const told = inRepository(project, 'log', '--format=%s', 'task')
      if (told !== 'second\nfirst') return `other commits: ${told}`
      if (inRepository(join(root, 'worktree'), 'status', '--short') !== '') return 'its files and its branch differ'
      inRepository(project, 'update-ref', 'refs/heads/task', 'task~1')
      return isWhole(project)
    },
  },
  {
    name: 'other branches than its own can’t be moved or deleted from a worktree',
    ...inWorktree,
    script: ({ project }) =>
      `git commit -q --allow-empty -m evil; git update-ref refs/heads/main HEAD; git branch -f kept HEAD; git branch -D kept; git tag -d v1; git update-ref -d refs/heads/task; git symbolic-ref HEAD refs/heads/main; git commit -q --allow-empty -m worse; git pack-refs --all; rm -rf ${project}/.git/refs ${project}/.git/packed-refs ${project}/.git/logs; echo 0 >${project}/.git/HEAD; git stash clear`,
    after: ({ project }) => isWhole(project),
  },
  {
    name: 'objects of the repository can’t be deleted or changed from a worktree',
    ...inWorktree,
    script: ({ project }) =>
      `cd ${project}/.git; chmod -R u+w objects; for f in $(find objects /sandbox/objects -type f); do echo evil >$f; done; rm -rf objects/* /sandbox/objects/*; mv objects o; rm -rf worktrees; ls -A objects`,
    after: ({ project }) => isWhole(project),
  },
  {
    name: 'what steers git for a worktree can’t be pointed elsewhere or planted',
    ...inWorktree,
    script: ({ project }) =>
      `cd ${project}/.git; mkdir -p /tmp/e/objects /tmp/e/refs /tmp/e/hooks; cp HEAD /tmp/e; for f in commondir gitdir; do echo /tmp/e >worktrees/worktree/$f; echo /tmp/e >$f; done; mv worktrees w; mkdir -p worktrees/worktree; echo /tmp/e >worktrees/worktree/commondir; printf '[core]\\n\\tfsmonitor = ./evil\\n' | tee config config.worktree worktrees/worktree/config.worktree; mv hooks h; mkdir hooks; echo evil >hooks/pre-commit; mkdir -p modules/x/hooks rebase-merge; echo 'exec ./evil' >rebase-merge/git-rebase-todo`,
    after: ({ project }) => isWhole(project),
  },
  {
    name: 'a commit that git refuses does not come to its branch',
    ...inWorktree,
    script: ({ project }) =>
      `cd ${project}/.git; echo /tmp >objects/info/alternates; mv objects/info o; blob=$(echo x | git hash-object -w --stdin); tree=$(perl -e 'print "100644 .git\\0", pack("H*", $ARGV[0])' $blob | git hash-object -t tree --literally -w --stdin); commit=$(git commit-tree -p refs/heads/task -m evil $tree); git update-ref refs/heads/task $commit; git rev-parse refs/heads/task`,
    tells: ['sandbox_commits_refused'],
    after: ({ project }) => isWhole(project),
  },
  ...(['while it is planned', 'behind a fence'] as const).map(
    (when): Case => ({
      name: `a worktree’s history can be read ${when}, and nothing of it changed`,
      ...inWorktree,
      options: ({ root }) => ({
        project: join(root, 'worktree'),
        projectAccess: 'read',
        fence: when === 'behind a fence' ? [{ path: join(root, 'worktree/planned.txt'), access: 'write' }] : [],
      }),
      prepare: (world) => {
        inWorktree.prepare?.(world)
        writeFileSync(join(world.root, 'worktree/planned.txt'), 'original')
      },
      script: ({ project }) =>
        `${every} git log --format=%s && git diff HEAD && git status --short && git branch --list && echo done; try git commit -q --allow-empty -m evil; try git branch evil; try git update-ref refs/heads/main HEAD; try rm -rf ${project}/.git/objects; try touch ${project}/.git/x`,
      says: /first\n\?\? planned\.txt\n[\s\S]*task\ndone/,
      never: /WORKED/,
      after: ({ project }) => isWhole(project),
    }),
  ),
  {
    name: 'settings that git includes from the project are read-only',
    prepare: ({ project }) => {
      writeFileSync(join(project, 'shared.inc'), '[alias]\n')
      execFileSync('git', ['config', 'include.path', '../shared.inc'], { cwd: project })
    },
    script: () => 'echo evil >>shared.inc; mv shared.inc x; rm -f shared.inc',
    after: ({ project }) => (text(join(project, 'shared.inc')) === '[alias]\n' ? null : 'changed'),
  },
  {
    name: 'the environment holds no tokens and no sockets of the host',
    script: () => 'env | grep -i "leaked" && echo LEAKED',
    never: /LEAKED/,
  },
  {
    name: 'paths of the host can be opened one by one',
    options: ({ person }) => ({ readRoots: [join(person, '.bashrc')] }),
    script: ({ person }) => `cat ${person}/.bashrc; echo changed >${person}/.bashrc; ls -a ${person}`,
    says: /original/,
    never: /\.ssh/,
    after: unchanged(
      ({ person }) => join(person, '.bashrc'),
      (path) => text(path) === 'original',
    ),
  },
]
