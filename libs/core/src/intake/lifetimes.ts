/** How long the state before a sync is kept, so that it can be taken up again. Mixpanel keeps its own for 3 days. */
export const baseDays = 4

/** An export that is not whole by then is given up. */
export const unfinishedDays = 4

/** An unfinished export without a page for so long is not being sent any more. */
export const comingInMinutes = 10

/** How long an export is known after its last page, so that a late or repeated page of it has no effect. */
export const sessionMemoryDays = 8
