import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { BroadcastChannel, isMainThread } from 'node:worker_threads'
import { canReturnFreed, collectGarbage, returnFreed } from './return-memory.ts'

/** What a process says of itself. Sizes in megabytes, delays in milliseconds. */
export interface Reading {
  readonly memory: number
  /** False where the memory of the process may be memory that was freed long ago. */
  readonly memoryIsUsed: boolean
  /** What the main thread's objects and buffers take. */
  readonly live: number
  /** The most since the process started. */
  readonly peakMemory: number
  /** Of the event loop since the last `begin`. */
  readonly longestDelay: number
  /** Of the event loop since the last `restart`. */
  readonly delayP99: number
}

/** `settle` collects garbage and gives back what is free first. */
export type Question = 'begin' | 'restart' | 'read' | 'settle'

// Loaded by `node --import` into the program that is attacked, and its ears only: nothing that ships knows of it.
const resolution = 10
const settleMilliseconds = 300
const settleRounds = 4

// A thread that is idle keeps its garbage: each collects its own.
const threads = new BroadcastChannel('hostile-probe')

// What one thread lets go can be the last hold on what another has.
const settle = async (): Promise<void> => {
  for (let round = 0; round < settleRounds; round++) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Threads of one process have no origin.
    threads.postMessage('collect')
    collectGarbage()
    await setTimeout(settleMilliseconds)
  }
  returnFreed()
}

const answerQuestions = (): void => {
  const spell = monitorEventLoopDelay({ resolution })
  const total = monitorEventLoopDelay({ resolution })
  spell.enable()
  total.enable()
  const delay = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolution)
  const reading = (): Reading => {
    const { rss, heapUsed, external } = process.memoryUsage()
    return {
      memory: rss / 2 ** 20,
      memoryIsUsed: canReturnFreed,
      live: (heapUsed + external) / 2 ** 20,
      peakMemory: process.resourceUsage().maxRSS / 2 ** 10,
      longestDelay: delay(spell.max),
      delayP99: delay(total.percentile(99)),
    }
  }
  const answer = async (question: Question): Promise<void> => {
    if (question === 'begin') spell.reset()
    if (question === 'restart') total.reset()
    if (question === 'settle') await settle()
    process.send?.(reading())
  }
  process.on('message', (question: Question) => void answer(question))
  process.on('uncaughtExceptionMonitor', (_error, origin) => console.error(origin))
  // The one that started this program is gone.
  process.once('disconnect', () => process.exit())
  process.channel?.unref()
}

if (isMainThread && process.send !== undefined) answerQuestions()
else threads.addEventListener('message', collectGarbage)
threads.unref()
