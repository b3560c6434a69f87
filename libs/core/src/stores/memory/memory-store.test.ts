import { describeLedger } from '../../ledger/testing/describe-ledger.ts'
import { createMemoryStore } from './memory-store.ts'

describeLedger('the store in memory', async () => createMemoryStore())
