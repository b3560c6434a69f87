/** Those who left before the cursor were taken back, as far as it was to be done; everybody else is looked at again. */
export const restartSql = `cursor = 0, start = greatest(start, cursor), attempts = 0, last_error = NULL`

/** Whether anything was ever recorded that the feed may have to tell. */
export const owesSql = '(SELECT sequence FROM cohort_relay.cohort WHERE cohort.id = feed.cohort) > 0'
