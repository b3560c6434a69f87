import type { Account, AdminRole } from '@cohort-relay/core'
import type { z } from 'zod'
import type { ProblemCode } from './problem-catalogue.ts'
import type { Problem } from './problem.ts'

/** Who calls. */
export interface Actor {
  /** Of the token. */
  readonly name: string
  readonly role: AdminRole
}

/** A request that was read and checked. */
export interface Call<Query = unknown, Body = unknown> {
  /** Parts of the address by name. */
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
  readonly actor: Actor
  readonly now: Date
  /** Random: for what the call creates. */
  readonly newId: string
  /** The version that the caller read; undefined when it does not matter to it. */
  readonly ifMatch: number | undefined
  /** Of the address. */
  readonly account: Account
}

export interface Answer<Body = unknown> {
  readonly problem?: never
  readonly body?: Body
  /** Told as ETag. */
  readonly version?: number
  /** Instead of the first status of the route. */
  readonly status?: number
}

export type Handled<Body = unknown> = Answer<Body> | { readonly problem: Problem }

type Tag = 'Accounts' | 'Keys' | 'Destinations' | 'Cohorts' | 'Connectors' | 'Administration'

/** Texts and examples of one success. */
export interface DescribedAnswer {
  readonly status: 200 | 201 | 202 | 204
  readonly description: string
  readonly schema?: z.ZodType
}

/** One operation of the admin API as data: it is served, checked, described and documented from this. */
export interface Route {
  /** `accounts.create`: names it in the document and in the audit log. */
  readonly id: string
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  /** Below /api, with names in braces: `/accounts/{accountId}`. */
  readonly path: string
  readonly tag: Tag
  readonly summary: string
  readonly description?: string
  /** The least role that may call it. */
  readonly role: AdminRole
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** An example of a body. */
  readonly example?: object
  readonly answers: readonly [DescribedAnswer, ...DescribedAnswer[]]
  /** Besides those that every route may answer with. */
  readonly problems: readonly ProblemCode[]
  /** Fields of the body whose text tells no secret: the audit log shows it. */
  readonly audited?: readonly string[]
  /** Fields below those of the body that are known by name: the audit log tells which of them were given. */
  readonly named?: readonly string[]
  /** What `newId` becomes the id of. */
  readonly creates?: string
  /** True: the answer holds a secret that is shown once. */
  readonly showsSecret?: boolean
  readonly handle: (call: Call) => Promise<Handled>
}

interface TypedRoute<
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Result extends z.ZodType,
> extends Omit<Route, 'query' | 'body' | 'answers' | 'handle'> {
  readonly query?: Query
  readonly body?: Body
  readonly answers: readonly [DescribedAnswer & { readonly schema?: Result }, ...DescribedAnswer[]]
  readonly handle: (call: Call<z.output<Query>, z.output<Body>>) => Promise<Handled<z.input<Result>>>
}

/** Ties the types of query, body and answer to what the handler gets and gives. */
export const route = <
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
>(
  typed: TypedRoute<Query, Body, Result>,
): Route => typed as unknown as Route
