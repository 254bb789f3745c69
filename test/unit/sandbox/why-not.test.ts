import { expect, test } from 'vitest'
import { whyNot } from '#host-agent/sandbox/linux/why-not.ts'

test.each([
  ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1\n', /AppArmor.*sudo tee \/etc\/apparmor\.d\/bwrap/],
  ['/proc/sys/kernel/unprivileged_userns_clone', '0\n', /unprivileged_userns_clone=1/],
  ['/proc/sys/user/max_user_namespaces', '0\n', /max_user_namespaces/],
])('%s at %j is explained with the command that helps', (path, value, sentence) => {
  expect(whyNot((asked) => (asked === path ? value : null))).toMatch(sentence)
})

test('a kernel that allows everything explains nothing', () => {
  const values: Record<string, string> = {
    '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '0',
    '/proc/sys/kernel/unprivileged_userns_clone': '1',
    '/proc/sys/user/max_user_namespaces': '63000',
  }
  expect(whyNot((path) => values[path] ?? null)).toBeNull()
})
