import type { Connector } from '@cohort-relay/connector-kit'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { postbox } from '../testing/postbox.ts'
import { mask, maskSettings, mergeSettings } from './masked-settings.ts'

const { connector } = postbox()
const anySettings = fc.record({ url: fc.webUrl(), secret: fc.string({ minLength: 8 }), size: fc.nat() })

describe('masked settings', () => {
  it('hold no secret, and sent back they change nothing', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        const masked = maskSettings(connector, settings)
        expect(masked).toEqual({ ...settings, secret: mask })
        expect(mergeSettings(connector, settings, masked)).toEqual(settings)
      }),
    )
  })

  it('show a secret that the connector does not mark (negative control)', () => {
    const shape = { url: z.string(), secret: z.string(), size: z.int() }
    const unmarked = { ...connector, settings: z.strictObject(shape) } as Connector
    const settings = { url: 'https://a.example', secret: 'canary', size: 1 }
    expect(maskSettings(unmarked, settings)).toEqual(settings)
  })

  it('take a mask for a value where no secret is', () => {
    const settings = { url: 'https://a.example', secret: 'a-secret', size: 1 }
    expect(mergeSettings(connector, settings, { url: mask })).toMatchObject({ url: mask })
  })

  it('change what is named, and lose what is null', () => {
    const settings = { url: 'https://a.example', secret: 'a-secret', size: 1 }
    expect(mergeSettings(connector, settings, { size: null, secret: 'b-secret' })).toEqual({
      url: 'https://a.example',
      secret: 'b-secret',
    })
  })
})
