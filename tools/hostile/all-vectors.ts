import { bodyVectors } from './body-vectors.ts'
import { encodingVectors } from './encoding-vectors.ts'
import { framingVectors } from './framing-vectors.ts'
import { requestVectors } from './request-vectors.ts'
import { idleVector } from './slow-vectors.ts'
import type { Vector } from './vector.ts'

/** All that can be played one after the other. */
export const allVectors = (idleConnections: number): readonly Vector[] => [
  ...requestVectors,
  ...framingVectors,
  ...encodingVectors,
  ...bodyVectors,
  idleVector(idleConnections),
]
