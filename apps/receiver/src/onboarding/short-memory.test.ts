import { describe, expect, it } from 'vitest'
import { createRate } from '../create-rate.ts'
import { createShortMemory } from './short-memory.ts'

/** A flood of random keys. */
const flood = 100_000

describe('under a flood of random keys', () => {
  it('a memory keeps no more than its bound, the newest of them', () => {
    const memory = createShortMemory<number>({ clock: () => 0, max: 100 })
    for (let key = 0; key < flood; key++) memory.set(`k${key}`, key, 60)
    const kept = Array.from({ length: flood }, (_, key) => memory.get(`k${key}`)).filter(
      (one) => one !== undefined,
    )
    expect(kept).toHaveLength(100)
    expect(kept[0]).toBe(flood - 100)
  })

  it('whoever goes on trying stays known, since the one not heard of for longest is forgotten first', () => {
    const mayTry = createRate({ perSecond: 3 / 60, burst: 3, clock: () => 0, maxNames: 10 })
    const answers: boolean[] = []
    for (let other = 0; other < 45; other++) {
      if (other % 9 === 0) answers.push(mayTry('guesser'))
      mayTry(`other-${other}`)
    }
    expect(answers).toEqual([true, true, true, false, false])
  })
})

describe('a short memory', () => {
  it('forgets in time, and takes what is newest', () => {
    let ms = 0
    const memory = createShortMemory<string>({ clock: () => ms })
    memory.set('k', 'old', 10)
    memory.set('k', 'new', 20)
    ms = 19_999
    expect(memory.get('k')).toBe('new')
    ms = 20_000
    expect(memory.get('k')).toBeUndefined()
  })
})
