import fc from 'fast-check'
import { faultsOf, type ReadPage } from './check-input.ts'
import { fuzzInput } from './fuzz-inputs.ts'

export interface FuzzOptions {
  readonly inputs: number
  readonly seed: number
  /** How many of the inputs are kept, to be sent over HTTP. Default 0. */
  readonly kept?: number
  readonly readPage?: ReadPage
  readonly onInput?: (done: number) => void
}

export interface FuzzResult {
  readonly inputs: number
  /** Made small. Undefined when every input was read as it should be. */
  readonly failure: { readonly body: Buffer; readonly faults: readonly string[] } | undefined
  readonly slowest: number
  readonly kept: readonly Buffer[]
}

/** Reads so many hostile bodies in this process. The same seed gives the same bodies. */
export const fuzzReading = ({ inputs, seed, kept: most = 0, readPage, onInput }: FuzzOptions): FuzzResult => {
  const kept: Buffer[] = []
  const every = Math.ceil(inputs / Math.max(1, most))
  let done = 0
  let slowest = 0
  const holds = (body: Buffer): boolean => {
    if (done++ % every === 0 && kept.length < most) kept.push(body)
    onInput?.(done)
    const start = performance.now()
    const isGood = faultsOf(body, readPage).length === 0
    slowest = Math.max(slowest, performance.now() - start)
    return isGood
  }
  const details = fc.check(fc.property(fuzzInput, holds), { numRuns: inputs, seed })
  const body = details.counterexample?.[0]
  const failure = body === undefined ? undefined : { body, faults: faultsOf(body, readPage) }
  return { inputs: done, failure, slowest, kept }
}
