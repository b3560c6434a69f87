import type { GateDecision, GateQuestion } from './gate-page.ts'
import type { PageReceipt } from './page-store.ts'

/** For a page of an account that is deleted, or being deleted: nothing is kept of it. */
export const notTaken: PageReceipt = { decision: 'no-account', altered: null, canApply: false, held: false }

/** What the gate's decision means to whoever sent the page. */
export const receiptOf = (
  question: Pick<GateQuestion, 'storedDigest'>,
  decision: GateDecision,
  held: boolean,
): PageReceipt => {
  if (decision.kind !== 'store') return { decision: decision.kind, altered: null, canApply: false, held }
  const { whole, streaming, settles, into, carries } = decision
  const replaces = into !== 'new' && question.storedDigest !== undefined
  return {
    decision: whole ? 'whole' : 'stored',
    altered: replaces ? 'page' : carries === undefined ? null : 'round',
    canApply: whole || streaming || settles.length > 0,
    held,
  }
}
