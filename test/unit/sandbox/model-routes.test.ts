import { expect, test } from 'vitest'
import { findAgent } from '#host-agent/agents/agents.ts'
import { cleanEnvironment } from '#host-agent/agents/clean-environment.ts'
import { modelRoutes, placeholder } from '#host-agent/sandbox/model-routes.ts'

test('a key is added for its model’s own host, and a placeholder is what is found inside', () => {
  expect(modelRoutes({ GEMINI_API_KEY: 'secret', PATH: '/usr/bin' })).toEqual([
    {
      host: 'generativelanguage.googleapis.com',
      port: 443,
      headers: { 'x-goog-api-key': 'secret' },
      env: { GEMINI_API_KEY: placeholder },
    },
  ])
})

test('a model of this machine is found under a name that leads there', () => {
  expect(modelRoutes({ OPENAI_API_KEY: 'secret', OPENAI_BASE_URL: 'http://127.0.0.1:8080/v1' })).toEqual([
    {
      host: 'openai-base-url.internal',
      port: 80,
      target: { host: '127.0.0.1', port: 8080, tls: false },
      headers: { authorization: 'Bearer secret' },
      env: { OPENAI_API_KEY: placeholder, OPENAI_BASE_URL: 'http://openai-base-url.internal/v1' },
    },
  ])
})

test('a model without a key needs only its address', () => {
  const [route] = modelRoutes({ ANTHROPIC_BASE_URL: 'http://localhost:9/' })
  expect(route).toMatchObject({ headers: {}, env: { ANTHROPIC_BASE_URL: 'http://anthropic-base-url.internal' } })
})

test('an encrypted gateway keeps its name, by which its certificate is judged', () => {
  const [route] = modelRoutes({ OPENAI_API_KEY: 's', OPENAI_BASE_URL: 'https://gateway.example:8443/v1' })
  expect(route).toMatchObject({
    host: 'gateway.example',
    port: 8443,
    target: { host: 'gateway.example', port: 8443, tls: true },
    env: { OPENAI_BASE_URL: 'https://gateway.example:8443/v1' },
  })
})

test('two keys of one model make one route: the first decides its header, none is left inside', () => {
  const routes = modelRoutes({ GEMINI_API_KEY: 'first', GOOGLE_API_KEY: 'second' })
  expect(routes).toHaveLength(1)
  expect(routes[0]).toMatchObject({
    headers: { 'x-goog-api-key': 'first' },
    env: { GEMINI_API_KEY: placeholder, GOOGLE_API_KEY: placeholder },
  })
})

test('what is no key of a model makes no route', () => {
  expect(modelRoutes({ AWS_SECRET_ACCESS_KEY: 'x', OPENAI_BASE_URL: 'not an address', PATH: '/bin' })).toEqual([])
})

test('a key for a model that is named beside it is added there, and nowhere else', () => {
  expect(modelRoutes({ MY_API_KEY: 'secret' }, { MY_API_KEY: 'models.example' })).toEqual([
    {
      host: 'models.example',
      port: 443,
      headers: { authorization: 'Bearer secret' },
      env: { MY_API_KEY: placeholder },
    },
  ])
  expect(modelRoutes({ MY_API_KEY: 'secret' })).toEqual([])
})

test('a token that claude setup-token made stays outside and is added for its model', () => {
  const facts = findAgent('claude')
  expect(facts?.pass).toContain('CLAUDE_CODE_OAUTH_TOKEN')
  const [route] = modelRoutes(cleanEnvironment({ CLAUDE_CODE_OAUTH_TOKEN: 'secret' }, facts?.pass ?? [], {}))
  expect(route).toMatchObject({
    host: 'api.anthropic.com',
    headers: { authorization: 'Bearer secret' },
    env: { CLAUDE_CODE_OAUTH_TOKEN: placeholder },
  })
})
