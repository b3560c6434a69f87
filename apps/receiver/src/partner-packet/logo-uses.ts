import type { SaxesTagNS } from 'saxes'
import type { LogoFault } from './logo-attributes.ts'
import { maxLogoUses } from './logo-limits.ts'

export interface UseRule {
  readonly open: (tag: SaxesTagNS) => void
  readonly close: () => void
  readonly faults: () => readonly LogoFault[]
}

/** Ten shapes that use ten that use ten… fill a browser's memory, so what is used must not use anything itself. */
export const createUseRule = (): UseRule => {
  const idsAround: string[] = []
  const users = new Set<string>()
  const used: string[] = []
  return {
    open: ({ local, attributes }) => {
      if (local.toLowerCase() === 'use') {
        for (const id of idsAround) users.add(id)
        used.push(...hrefsOf(attributes))
      }
      idsAround.push(attributes['id']?.value ?? '')
    },
    close: () => void idsAround.pop(),
    faults: () => {
      users.delete('')
      const isNested = used.some((id) => users.has(id))
      return isNested || used.length > maxLogoUses ? [fault] : []
    },
  }
}

const fault: LogoFault = {
  problem: `uses its own parts more than ${maxLogoUses} times, or parts that use others`,
  remedy: 'Turn the copies ("use") into shapes of their own.',
}

const hrefsOf = (attributes: SaxesTagNS['attributes']): string[] =>
  Object.values(attributes)
    .filter(({ local }) => local.toLowerCase() === 'href')
    .map(({ value }) => value.trim().slice(1))
