// A worker that takes every job there is and never ends one. Says so when it has the first.
import { openPostgresSignals } from '@cohort-relay/receiver'
import { silent } from './recording-partner.ts'

const signals = await openPostgresSignals({ url: process.argv[2]!, log: silent })
const hold = (): Promise<void> => {
  console.log('held')
  return new Promise(() => {})
}
await signals.serve({ apply: hold, deliver: hold })
console.log('serving')
