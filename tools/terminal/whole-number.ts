import { InvalidArgumentError } from 'commander'

/** Reads a whole number of an option: the message tells the range, commander puts the option's name before it. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
  }
