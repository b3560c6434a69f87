import type { OnboardingStore } from '../onboarding-store.ts'
import { accountValues, insertAccountSql, insertKeySql, keyValues } from './account-operations.ts'
import type { Database } from './database.ts'
import { createDestination } from './destination-operations.ts'
import { text } from './row.ts'

/** Accounts that come with all they need. Whoever stores the same account or key at this moment is waited for. */
export const onboardingOperations = (database: Database): OnboardingStore => ({
  createAccountWithDestination: (account, key, destination) =>
    database.transaction(async (queries) => {
      const accounts = await queries.run(`${insertAccountSql} ON CONFLICT DO NOTHING`, accountValues(account))
      if (accounts === 0) return 'exists'
      const keys = await queries.run(`${insertKeySql} ON CONFLICT DO NOTHING`, keyValues(key))
      if (keys === 0) {
        await queries.run('DELETE FROM cohort_relay.account WHERE id = $1', [account.id])
        return 'exists'
      }
      await createDestination(queries, destination)
      return 'created'
    }),
  findSecret: (name) => findSecret(database, name),
  keepSecret: async (name, sealed) => {
    const sql =
      'INSERT INTO cohort_relay.installation_secret(name, sealed) VALUES($1, $2) ON CONFLICT DO NOTHING'
    await database.run(sql, [name, sealed])
    return (await findSecret(database, name)) ?? sealed
  },
  replaceSecret: async (name, sealed, other) => {
    const sql = 'UPDATE cohort_relay.installation_secret SET sealed = $3 WHERE name = $1 AND sealed = $2'
    return (await database.run(sql, [name, sealed, other])) > 0
  },
})

const findSecret = async (database: Database, name: string): Promise<string | undefined> => {
  const row = await database.one('SELECT sealed FROM cohort_relay.installation_secret WHERE name = $1', [
    name,
  ])
  return row && text(row, 'sealed')
}
