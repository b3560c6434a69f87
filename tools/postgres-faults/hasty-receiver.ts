// The negative control: a receiver that acknowledges a page and stores it a moment later. What it had not stored when it
// was killed is lost, and the row must notice.
import { setTimeout } from 'node:timers/promises'
import { runBrokenRelay } from './run-broken-relay.ts'

const laterMilliseconds = 500

await runBrokenRelay((store) => ({
  ...store,
  storePage: async (arrival) => {
    void setTimeout(laterMilliseconds)
      .then(() => store.storePage(arrival))
      .catch(() => {})
    return { decision: 'stored', canApply: true, held: false, altered: null }
  },
}))
