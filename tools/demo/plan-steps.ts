import { membersPerPage } from '../mixpanel-simulator/pages.ts'
import { changePeople, firstPeople } from '../mixpanel-simulator/people.ts'
import { formatCount } from '../terminal/format.ts'
import type { Step } from './play-step.ts'

export interface PlannedStep extends Step {
  readonly heading: string
}

const joining = 500
const leaving = 300

/** A full sync, a diff of 500 who join and 300 who leave, and the resulting full sync again. */
export const planSteps = (members: number): readonly PlannedStep[] => {
  const first = firstPeople(members)
  const second = changePeople(first, { add: joining, remove: leaving })
  const pages = Math.ceil(members / membersPerPage)
  return [
    {
      name: 'full sync',
      heading: `Full sync: ${formatCount(members)} members in ${formatCount(pages)} pages`,
      people: first,
      sent: members,
      changes: members,
      play: (mixpanel) => mixpanel.fullSync(first),
    },
    {
      name: `diff +${joining} -${leaving}`,
      heading: `Diff: ${joining} join, ${leaving} leave`,
      people: second,
      sent: joining + leaving,
      changes: joining + leaving,
      play: (mixpanel) => mixpanel.diff(second),
    },
    {
      name: 'same again',
      heading: 'Full sync of the same set again: nothing to tell the partner',
      people: second,
      sent: second.length,
      changes: 0,
      play: (mixpanel) => mixpanel.fullSync(second),
    },
  ]
}
