import type { SQLOutputValue } from 'node:sqlite'

export type Row = Record<string, SQLOutputValue>

export const text = (value: SQLOutputValue | undefined): string => value as string
export const number = (value: SQLOutputValue | undefined): number => value as number
export const date = (value: SQLOutputValue | undefined): Date => new Date(value as number)
export const textOrNull = (value: SQLOutputValue | undefined): string | null =>
  (value ?? null) as string | null
export const dateOrNull = (value: SQLOutputValue | undefined): Date | null =>
  typeof value === 'number' ? new Date(value) : null
