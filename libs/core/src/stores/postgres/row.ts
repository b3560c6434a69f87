import type { Row } from './database.ts'

export const text = (row: Row | undefined, name: string): string => row?.[name] as string
export const textOrNull = (row: Row | undefined, name: string): string | null =>
  (row?.[name] ?? null) as string | null
export const number = (row: Row | undefined, name: string): number => row?.[name] as number
export const numberOrNull = (row: Row | undefined, name: string): number | null =>
  (row?.[name] ?? null) as number | null
export const date = (row: Row | undefined, name: string): Date => row?.[name] as Date
export const dateOrNull = (row: Row | undefined, name: string): Date | null =>
  (row?.[name] ?? null) as Date | null
