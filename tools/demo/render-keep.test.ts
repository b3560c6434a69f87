import { expect, test } from 'vitest'
import { renderKeep } from './render-keep.ts'

test('prints a curl line whose body is a page for the demo cohort', () => {
  const result = { steps: [], webhookUrl: 'http://127.0.0.1:1/webhooks/mixpanel', key: 'crk_key' }
  const curl = renderKeep(result, 'http://127.0.0.1:2').split('\n').at(-1) ?? ''
  expect(curl).toMatch(/^curl -sS http:\/\/127\.0\.0\.1:1\/webhooks\/mixpanel -H 'x-api-key: crk_key'/)
  const body: unknown = JSON.parse(/-d '(.*)'$/.exec(curl)?.[1] ?? '')
  expect(body).toMatchObject({ action: 'add_members', parameters: { mixpanel_cohort_id: '5100001' } })
})
