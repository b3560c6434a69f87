import { describe, expect, it } from 'vitest'
import { connectors } from '../connectors.ts'
import { productSettings } from './testing/deployment-of.ts'
import { readDeployment } from './read-deployment.ts'

const url = 'https://partner.example/accounts'
const secret = `whsec_${Buffer.alloc(32, 's').toString('base64')}`
const settings = productSettings('https://partner.example/cohorts', '${apiKey}')

const passThrough = { connector: 'webhook', settings }
const lookUp = { accountLookupUrl: url, secret }

const read = (onboarding: unknown, environment: Record<string, string> = {}) =>
  readDeployment(JSON.stringify({ onboarding }), { environment, connectors })

const problemsOf = (onboarding: unknown): readonly string[] => {
  const reading = read(onboarding)
  return reading.ok ? [] : reading.problems
}

describe('the deployment file', () => {
  it.each(['', '# nothing\n', '{}'])('may say nothing: %j', (text) => {
    expect(readDeployment(text, { environment: {}, connectors })).toEqual({ ok: true, deployment: {} })
  })

  it('says that a key is one of the product, with limits that hold unless others are written', () => {
    const reading = read({ ...passThrough, checkSeconds: 3 })
    expect(reading).toMatchObject({
      deployment: {
        onboarding: {
          way: { kind: 'pass-through', destination: { connector: { id: 'webhook' }, properties: 'all' } },
          limits: {
            checkSeconds: 3,
            refusedSeconds: 60,
            recheckSeconds: 60,
            attemptsPerMinute: 60,
            maxChecks: 16,
          },
        },
      },
    })
  })

  it('says that a service knows the keys', () => {
    expect(read(lookUp)).toMatchObject({
      deployment: {
        onboarding: {
          way: { kind: 'look-up', url, secret, sends: 'keyHash', ttlSeconds: 300, staleSeconds: 86_400 },
        },
      },
    })
  })

  it('takes secrets from the environment', () => {
    expect(read({ ...lookUp, secret: '${LOOK_UP}' }, { LOOK_UP: secret })).toMatchObject({
      deployment: { onboarding: { way: { secret } } },
    })
  })

  it.each<[string, unknown, string[]]>([
    ['nothing to do', {}, ['onboarding must name a connector']],
    [
      'an unknown connector',
      { ...passThrough, connector: 'canary' },
      ['onboarding.connector must be one of: webhook'],
    ],
    ['no settings', { connector: 'webhook' }, ['onboarding.settings is missing']],
    ['settings of nothing', { settings }, ['onboarding.connector is missing']],
    ['a field that is not known', { ...passThrough, extra: 'canary' }, ['onboarding.extra is not known']],
    [
      'settings without the key',
      { connector: 'webhook', settings: { url, secret } },
      ['onboarding.settings must name ${apiKey}'],
    ],
    [
      'settings that the connector lacks',
      { connector: 'webhook', settings: { headers: { 'x-key': '${apiKey}' } } },
      ['onboarding.settings.url is missing', 'onboarding.settings.secret is missing'],
    ],
    [
      'settings that the connector does not accept, whatever the key',
      { connector: 'webhook', settings: { ...settings, url: 'canary', membersPerCall: 0 } },
      ['onboarding.settings.url is not accepted', 'onboarding.settings.membersPerCall is not accepted'],
    ],
    [
      'what only a service could tell',
      { connector: 'webhook', settings: { ...settings, url: '${account.url}' } },
      ['onboarding.settings names account.url'],
    ],
    [
      'a name that holds the key',
      { ...passThrough, accountName: 'c ${apiKey}' },
      ['onboarding.accountName may name'],
    ],
    [
      'what belongs to the other way',
      { ...passThrough, ttlSeconds: 5, sends: 'key' },
      ['onboarding.sends belongs to accountLookupUrl', 'onboarding.ttlSeconds belongs to accountLookupUrl'],
    ],
    [
      'a name where the service gives it',
      { ...lookUp, accountName: 'x' },
      ['onboarding.accountName belongs to'],
    ],
    ['no secret', { accountLookupUrl: url }, ['onboarding.secret is missing']],
    ['a secret that signs nothing', { ...lookUp, secret: 'canary!' }, ['onboarding.secret must be whsec_']],
    ['a short secret of nothing', { ...lookUp, secret: 'whsec_' }, ['onboarding.secret must be whsec_']],
    [
      'an address with a password',
      { ...lookUp, accountLookupUrl: 'https://u:canary@x.example' },
      ['onboarding.accountLookupUrl must be'],
    ],
    [
      'an address that is none',
      { ...lookUp, accountLookupUrl: 'ftp://canary' },
      ['onboarding.accountLookupUrl must be'],
    ],
    [
      'an address by the key',
      { ...lookUp, accountLookupUrl: 'https://${apiKey}.example' },
      ['onboarding.accountLookupUrl must be a text without'],
    ],
    [
      'times that are none',
      { ...passThrough, checkSeconds: 9, refusedSeconds: 0.5, maxChecks: 'canary' },
      [
        'onboarding.checkSeconds must be at most 8',
        'onboarding.refusedSeconds must be a whole number',
        'onboarding.maxChecks must be a whole number',
      ],
    ],
    ['a list', [], ['onboarding must be a list of names with values']],
    [
      'a variable that is not set',
      { ...lookUp, secret: '${NOT_SET}' },
      ['onboarding.secret names the variable NOT_SET'],
    ],
  ])('is refused with %s, by name and without a value', (_name, onboarding, problems) => {
    const found = problemsOf(onboarding)
    for (const problem of problems) expect(found.some((line) => line.startsWith(problem))).toBe(true)
    expect(found.join('\n')).not.toContain('canary')
  })

  it.each(['onboarding: {canary', 'a: canary\na: canary', '*canary', 'x: !!canary y: z'])(
    'is refused where it is no YAML, by line: %s',
    (text) => {
      const reading = readDeployment(text, { environment: {}, connectors })
      expect(reading).toMatchObject({ ok: false })
      expect(JSON.stringify(reading)).not.toContain('canary')
    },
  )

  it('leaves to the key what depends on it', () => {
    // Whether a secret can be made of a key shows with each key alone.
    expect(problemsOf({ connector: 'webhook', settings: { ...settings, secret: '${apiKey}' } })).toEqual([])
    expect(
      problemsOf({ connector: 'webhook', settings: { ...settings, url: 'https://x.example/${account.id}' } }),
    ).toEqual([])
  })
})
