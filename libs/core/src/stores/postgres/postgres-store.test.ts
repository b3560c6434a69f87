import { afterAll, inject } from 'vitest'
import { describeLedger } from '../../ledger/testing/describe-ledger.ts'
import { openPostgresStore } from './postgres-store.ts'
import { createTestDatabases } from './testing/test-databases.ts'

const databases = await createTestDatabases(inject('postgres'))
afterAll(() => databases.close())

const open = async () =>
  openPostgresStore({ url: await databases.create(), poolSize: 3, allowUnsafeServer: true })

describeLedger('the PostgreSQL store', open)
