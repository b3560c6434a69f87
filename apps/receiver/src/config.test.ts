import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  const reading = readConfig(environment)
  return reading.ok ? [] : reading.problems
}

describe('the configuration', () => {
  it('has defaults for everything', () => {
    expect(readConfig({})).toEqual({
      ok: true,
      config: {
        port: 8080,
        host: '0.0.0.0',
        database: { kind: 'sqlite', file: 'data/cohort-relay.db' },
        role: 'all',
        leaseSeconds: 15,
        drainSeconds: 0,
        adminToken: null,
        adminCallsPerSecond: 100,
        secretKey: null,
        previousSecretKeys: [],
        logLevel: 'info',
        maxBodyBytes: 16_777_216,
        sessionSettleSeconds: 300,
        pagesPerSecond: 200,
        maxUnappliedPages: 20_000,
        massRemovalPercent: 50,
        massRemovalMembers: 1000,
        minFreeDiskBytes: 1_073_741_824,
        deploymentFile: null,
        trustedProxies: 0,
      },
    })
  })

  it('takes an empty or blank variable for one that is not set', () => {
    expect(readConfig({ PORT: '', HOST: ' ', ADMIN_TOKEN: '', SECRET_KEY: '\n', LOG_LEVEL: '' })).toEqual(
      readConfig({}),
    )
  })

  it.each<[string, string, string, unknown]>([
    ['PORT', '0', 'port', 0],
    ['PORT', ' 65535\n', 'port', 65_535],
    ['DATABASE_URL', 'sqlite:/var/lib/relay.db', 'database', { kind: 'sqlite', file: '/var/lib/relay.db' }],
    ['DATABASE_URL', 'sqlite:///var/lib/relay.db', 'database', { kind: 'sqlite', file: '/var/lib/relay.db' }],
    ['DATABASE_URL', 'sqlite:relay.db', 'database', { kind: 'sqlite', file: 'relay.db' }],
    ['ADMIN_TOKEN', 'a'.repeat(32), 'adminToken', 'a'.repeat(32)],
    ['ADMIN_CALLS_PER_SECOND', '0', 'adminCallsPerSecond', 0],
    ['SECRET_KEY', 'ab'.repeat(32), 'secretKey', Buffer.alloc(32, 0xab)],
    ['SECRET_KEY', Buffer.alloc(32, 0xfb).toString('base64'), 'secretKey', Buffer.alloc(32, 0xfb)],
    ['SECRET_KEY', Buffer.alloc(32, 0xfb).toString('base64url'), 'secretKey', Buffer.alloc(32, 0xfb)],
    ['PREVIOUS_SECRET_KEYS', 'ab'.repeat(32), 'previousSecretKeys', [Buffer.alloc(32, 0xab)]],
    [
      'PREVIOUS_SECRET_KEYS',
      `${'ab'.repeat(32)}, ${Buffer.alloc(32, 1).toString('base64')}`,
      'previousSecretKeys',
      [Buffer.alloc(32, 0xab), Buffer.alloc(32, 1)],
    ],
    ['LOG_LEVEL', 'debug', 'logLevel', 'debug'],
    ['MAX_BODY_BYTES', '1024', 'maxBodyBytes', 1024],
    ['PAGES_PER_SECOND', '0', 'pagesPerSecond', 0],
    ['MAX_UNAPPLIED_PAGES', '10000', 'maxUnappliedPages', 10_000],
    ['MASS_REMOVAL_PERCENT', '100', 'massRemovalPercent', 100],
    ['MASS_REMOVAL_MEMBERS', '0', 'massRemovalMembers', 0],
    ['MIN_FREE_DISK_BYTES', '0', 'minFreeDiskBytes', 0],
    ['DEPLOYMENT_FILE', ' deployment.yaml ', 'deploymentFile', 'deployment.yaml'],
    ['TRUST_PROXY', '2', 'trustedProxies', 2],
  ])('takes %s=%s', (name, value, field, expected) => {
    expect(readConfig({ [name]: value })).toMatchObject({ ok: true, config: { [field]: expected } })
  })

  it('takes a PostgreSQL with a key', () => {
    const url = 'postgresql://ann:secret@db:5432/relay'
    const environment = {
      DATABASE_URL: url,
      SECRET_KEY: 'ab'.repeat(32),
      ROLE: 'deliver',
      DATABASE_POOL_SIZE: '4',
    }
    expect(readConfig(environment)).toMatchObject({
      config: { role: 'deliver', database: { kind: 'postgres', url, poolSize: 4, allowUnsafe: false } },
    })
  })

  it.each([
    ['all', '', 5],
    ['receive', '', 5],
    ['receive', '0', 0],
    ['deliver', '', 0],
  ])(
    'with ROLE=%s and DRAIN_SECONDS=%s on PostgreSQL answers %i seconds longer',
    (role, seconds, expected) => {
      const environment = { DATABASE_URL: 'postgres://db/relay', SECRET_KEY: 'ab'.repeat(32) }
      expect(readConfig({ ...environment, ROLE: role, DRAIN_SECONDS: seconds })).toMatchObject({
        config: { drainSeconds: expected },
      })
    },
  )

  it.each<[string, string, RegExp]>([
    ['PORT', '65536', /^PORT must be a port from 0 to 65535$/],
    ['PORT', '-1', /^PORT /],
    ['PORT', '80.5', /^PORT /],
    ['DATABASE_URL', 'mysql://ann:hidden@db/relay', /^DATABASE_URL must be sqlite:<file>, .* or postgres:/],
    ['DATABASE_URL', 'sqlite:', /^DATABASE_URL must be sqlite:<file>/],
    ['DATABASE_URL', 'sqlite::memory:', /^DATABASE_URL must be sqlite:<file>/],
    ['DATABASE_URL', 'sqlite://relay.db', /^DATABASE_URL must be sqlite:<file>/],
    ['DATABASE_URL', 'postgres://ann:hidden@db/relay', /^SECRET_KEY must be set on PostgreSQL/],
    ['DATABASE_POOL_SIZE', '1', /^DATABASE_POOL_SIZE /],
    ['ROLE', 'everything', /^ROLE must be one of all, receive, deliver$/],
    ['ROLE', 'receive', /^ROLE must be all on SQLite/],
    ['LEASE_SECONDS', '2', /^LEASE_SECONDS /],
    ['DRAIN_SECONDS', '16', /^DRAIN_SECONDS /],
    ['ALLOW_UNSAFE_POSTGRES', 'yes', /^ALLOW_UNSAFE_POSTGRES must be 0 or 1$/],
    ['ADMIN_TOKEN', 'hidden-short', /^ADMIN_TOKEN must be at least 32 characters/],
    ['ADMIN_TOKEN', 'hidden with spaces in it', /^ADMIN_TOKEN /],
    ['SECRET_KEY', 'hidden', /^SECRET_KEY must be 32 bytes as hex or base64/],
    ['SECRET_KEY', 'a'.repeat(42), /^SECRET_KEY /],
    ['LOG_LEVEL', 'loud', /^LOG_LEVEL must be one of fatal, error/],
    ['MAX_BODY_BYTES', '16MB', /^MAX_BODY_BYTES /],
    ['MAX_BODY_BYTES', '1', /^MAX_BODY_BYTES /],
  ])('refuses %s=%s in one line that names it and not its value', (name, value, expected) => {
    const problems = problemsOf({ [name]: value })
    expect(problems).toEqual([expect.stringMatching(expected)])
    expect(problems.join()).not.toContain('hidden')
  })

  it('tells all problems at once', () => {
    const problems = problemsOf({ PORT: 'x', LOG_LEVEL: 'x', SECRET_KEY: 'x', DATABASE_URL: 'x' })
    expect(problems.map((line) => line.split(' ')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'SECRET_KEY',
      'LOG_LEVEL',
    ])
  })
})
