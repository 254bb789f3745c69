import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeRequest } from '#host-agent/sandbox/network/routes.ts'

const registry = (method: string, path: string, headers: Record<string, string> = {}) =>
  judgeRequest('registry', 'registry.npmjs.org', { method, path, headers }) === null
const git = (method: string, path: string) => judgeRequest('git', 'github.com', { method, path, headers: {} }) === null

test.each([
  ['GET', '/left'],
  ['HEAD', '/left'],
  ['OPTIONS', '/'],
  ['GET', '/@scope%2fleft'],
  ['GET', '/left/-/left-1.0.0.tgz'],
  ['GET', '/-/v1/search?text=x'],
  ['POST', '/-/npm/v1/security/advisories/bulk'],
  ['POST', '/-/npm/v1/security/audits/quick'],
])('a registry is read: %s %s', (method, path) => expect(registry(method, path)).toBe(true))

test.each([
  ['PUT', '/left'],
  ['DELETE', '/left/-rev/1'],
  ['PATCH', '/left'],
  ['POST', '/-/v1/login'],
  ['PUT', '/-/user/org.couchdb.user:a'],
  ['POST', '/-/npm/v1/tokens'],
  ['GET', '/left?write=true'],
  ['GET', '/left?WRITE=true'],
  ['GET', '/left?a=b&write=true'],
  ['GET', '/left?%77rite=true'],
  ['GET', '/left?%2577rite=true'],
  ['GET', '/left?a?write=true'],
  ['POST', '/-/npm/v1/security/audits/../../../../left'],
  ['POST', '/-/npm/v1/security/audits/quick/%2e%2e/left'],
  ['POST', '//x/-/npm/v1/security/audits'],
  ['POST', '/left#/-/npm/v1/security/audits'],
])('a registry is not changed: %s %s', (method, path) => expect(registry(method, path)).toBe(false))

test.each(['x-http-method-override', 'x-http-method', 'x-method-override'])(
  'a method can’t be disguised by %s',
  (name) => {
    expect(registry('GET', '/left', { [name]: 'PUT' })).toBe(false)
  },
)

test.each([
  ['GET', '/a/b.git/info/refs?service=git-upload-pack', true],
  ['POST', '/a/b.git/git-upload-pack', true],
  ['POST', '/a/b/issues', true],
  ['GET', '/a/b.git/info/refs?service=git-receive-pack', false],
  ['GET', '/a/b.git/info/refs?service=git%2dreceive%2Dpack', false],
  ['POST', '/a/b.git/git-receive-pack', false],
  ['POST', '/a/b.git/git-receive-pack/', false],
  ['POST', '/a/b.git/git%2Dreceive-pack', false],
  ['POST', '/a/b.git/GIT-RECEIVE-PACK', false],
])('git: %s %s passes: %s', (method, path, passes) => expect(git(method, path)).toBe(passes))

test('whatever else is asked of a registry than to read or to audit is refused', () => {
  void fc.assert(
    fc.property(
      fc.constantFrom('PUT', 'DELETE', 'PATCH', 'POST', 'PROPFIND', 'COPY', 'LINK'),
      fc.webPath(),
      (method, path) => {
        expect(registry(method, path || '/')).toBe(false)
      },
    ),
  )
})
