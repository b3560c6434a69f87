import type { Connector } from '@cohort-relay/connector-kit'
import type { AccountKey } from '@cohort-relay/core'
import { createAskAccount } from './ask-account.ts'
import type { AccountAnswer, KnownAccount } from './account-answer.ts'
import type { LookUp } from './deployment.ts'
import { accountIdOf, prepareDestinations } from './prepare-destinations.ts'
import { isRevoked } from './partner-key-row.ts'
import type { KeyVerdict, PresentedKey } from './key-gate.ts'
import type { OpeningParts } from './pass-through.ts'
import { takeOver } from './take-over.ts'

export interface LookUpParts extends OpeningParts {
  readonly connectors: readonly Connector[]
  /** Called when a destination was made or mended: something may be due. */
  readonly onMended: () => void
}

interface Question {
  readonly key: PresentedKey
  /** What is stored of the key. */
  readonly known: AccountKey | undefined
}

/** Asks the partner's service whose a key is, and makes or mends the account's destinations as it says. */
export const createLookUp = (way: LookUp, parts: LookUpParts) => {
  const ask = createAskAccount(way, parts)
  return async (key: PresentedKey): Promise<KeyVerdict> => {
    const { store, log, now } = parts
    const known = await store.findKey(key.keyId)
    // Nobody but the operator revokes it, and that counts more than what the service says.
    if (known !== undefined && isRevoked(known, now())) return 'refused'
    const answered = await ask(key)
    if ('reason' in answered) {
      log.warn({ keyId: key.keyId, ...answered }, 'lookup.failed')
      return 'unchecked'
    }
    return follow({ way, parts, question: { key, known }, answer: answered.answer })
  }
}

interface Following {
  readonly way: LookUp
  readonly parts: LookUpParts
  readonly question: Question
  readonly answer: AccountAnswer
}

const follow = async ({ way, parts, question, answer }: Following): Promise<KeyVerdict> => {
  const { key, known } = question
  if (answer.account === null) return close(parts, question, 'unknown to the service')
  const accountId = accountIdOf(answer.account)
  // What one customer sends must never end with another one, whatever the service says today.
  if (known !== undefined && known.accountId !== accountId)
    return close(parts, question, 'of another account')
  const prepared = prepareDestinations({
    way,
    answer,
    accountId,
    apiKey: key.text,
    connectors: parts.connectors,
  })
  if ('fields' in prepared) {
    parts.log.error({ keyId: key.keyId, accountId, ...prepared }, 'lookup.unusable')
    return 'unchecked'
  }
  await takeOver(parts, {
    key,
    known,
    accountId,
    name: nameOf(answer.account),
    destinations: prepared.destinations,
  })
  await parts.store.confirmKey(key.keyId, parts.now())
  return 'accepted'
}

const nameOf = ({ id, name = id }: KnownAccount): string => name

const close = async (
  { store, log }: LookUpParts,
  { key: { keyId }, known }: Question,
  reason: string,
): Promise<KeyVerdict> => {
  if (known !== undefined) await store.confirmKey(keyId, null)
  const about = known === undefined ? {} : { accountId: known.accountId }
  log.warn({ keyId, ...about, reason }, 'key.refused')
  return 'refused'
}
