import { dlopen } from 'node:ffi'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as Collect

/** Collects this thread's garbage, and gives back the pages that V8 keeps for later. */
export const collectGarbage = (): void => collect({ type: 'major', flavor: 'last-resort' })

const openTrim = (): ((kept: bigint) => unknown) | undefined => {
  try {
    const { functions } = dlopen('libc.so.6', { malloc_trim: { arguments: ['uint64'], return: 'int32' } })
    return functions.malloc_trim
  } catch {
    return undefined
  }
}

const trim = openTrim()

/** Whether the C library can give back what was freed: GNU's can. */
export const canReturnFreed = trim !== undefined

/** Gives back what the C library keeps of freed memory. */
export const returnFreed = (): void => void trim?.(0n)
