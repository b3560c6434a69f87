import { bodyVectors } from './body-vectors.ts'
import type { Plan } from './play-vectors.ts'

/** Large bodies twice, against the receiver that keeps them: the memory figures must catch it. */
export const leakingPlan: Plan = {
  variant: 'leaking',
  vectors: bodyVectors.filter(({ name }) => /^16 MB of ("|spaces|digits)$/.test(name)),
  patient: [],
  rounds: 2,
}
