import { Argument, InvalidArgumentError, Option } from 'commander'

export const accountArgument = (): Argument => new Argument('<account>', 'id or name of the account')

export const settingsArgument = (): Argument =>
  new Argument('[setting=value...]', 'settings of the account, as README.md lists them')

export const destinationArgument = (): Argument =>
  new Argument('<destination>', 'id of the destination, or its connector where the account has one of it')

export const cohortArgument = (): Argument =>
  new Argument('<cohort>', "Mixpanel's id of the cohort, or its name")

export const projectOption = (): Option =>
  new Option('--project <id>', 'where two projects have a cohort of this id')

export const limitOption = (usual: number): Option =>
  new Option('--limit <number>', 'entries at most').argParser(wholeNumber).default(usual)

export const afterOption = (): Option => new Option('--after <next>', 'go on where an earlier list ended')

const wholeNumber = (text: string): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Give a whole number from 1 on.')
}

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** `90s`, `30m`, `24h`, `7d`, or seconds alone. */
export const readSeconds = (text: string): number => {
  const [, number, unit = 's'] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? []
  if (number === undefined) throw new InvalidArgumentError('Give a time such as 0, 90s, 30m, 24h or 7d.')
  return Number(number) * secondsOf[unit || 's']!
}
