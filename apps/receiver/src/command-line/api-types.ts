import type { z } from 'zod'
import type { line } from '../admin/audit-routes.ts'
import type { cohort, memberPage } from '../admin/cohort-schemas.ts'
import type { connector } from '../admin/connector-routes.ts'
import type { destination } from '../admin/destination-schemas.ts'
import type { key } from '../admin/key-routes.ts'
import type { account } from '../admin/schemas.ts'
import type { token } from '../admin/token-routes.ts'

/** As JSON tells it. */
type Told<Value> = Value extends Date
  ? string
  : Value extends readonly (infer Entry)[]
    ? readonly Told<Entry>[]
    : Value extends object
      ? { readonly [Name in keyof Value]: Told<Value[Name]> }
      : Value

export type ToldAccount = Told<z.output<typeof account>>
export type ToldKey = Told<z.output<typeof key>>
export type ToldConnector = Told<z.output<typeof connector>>
export type ToldDestination = Told<z.output<typeof destination>>
export type ToldCohort = Told<z.output<typeof cohort>>
export type ToldMembers = Told<z.output<typeof memberPage>>
export type ToldToken = Told<z.output<typeof token>>
export type ToldAuditLine = Told<z.output<typeof line>>
