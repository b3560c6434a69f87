/** Null stands for never. */
export const earlierDate = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other < one) ? other : one
