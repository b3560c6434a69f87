import type { Api } from '../command-line/api-client.ts'
import type { AccountPlan, PlannedStep } from './plan.ts'

/** The first key of an account that was made: nowhere else is it told. */
interface MadeKey {
  readonly account: string
  readonly accountId: string
  readonly key: string
}

export interface CarriedOut {
  readonly done: number
  readonly failed: number
  readonly keys: readonly MadeKey[]
}

/** Told of each step when it is done, or why it failed; undefined: it is done. */
export type OnStep = (plan: AccountPlan, step: PlannedStep, problem: string | undefined) => void

/** One step after the other. What belongs to an account that could not be made is left; everything else goes on. */
export const carryOutPlan = async (
  api: Api,
  plans: readonly AccountPlan[],
  onStep: OnStep,
): Promise<CarriedOut> => {
  const counts = { done: 0, failed: 0 }
  const keys: MadeKey[] = []
  const attempt = async (plan: AccountPlan, step: PlannedStep, accountId: string): Promise<unknown> => {
    if (step.carryOut === undefined) return undefined
    try {
      const answer = await step.carryOut(api, accountId)
      counts.done += 1
      onStep(plan, step, undefined)
      return answer
    } catch (error) {
      counts.failed += 1
      onStep(plan, step, (error as Error).message)
      return undefined
    }
  }
  for (const plan of plans) {
    const made = (await attempt(plan, plan.account, plan.accountId ?? '')) as MadeAccount | undefined
    const accountId = plan.accountId ?? made?.id
    if (plan.accountId === undefined && made !== undefined)
      keys.push({ account: plan.name, accountId: made.id, key: made.key })
    if (accountId === undefined) continue
    for (const step of plan.destinations) await attempt(plan, step, accountId)
  }
  return { ...counts, keys }
}

interface MadeAccount {
  readonly id: string
  readonly key: string
}
