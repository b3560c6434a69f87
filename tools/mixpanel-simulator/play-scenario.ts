import type { MovableClock } from './clock.ts'
import { faultyLine, type Fault } from './faulty-line.ts'
import type { Line } from './line.ts'
import { createMixpanel, type Mixpanel } from './mixpanel.ts'
import type { MixpanelCohort, PageBody } from './pages.ts'
import type { Name, Scenario, ScenarioStep } from './scenario.ts'
import type { SyncResult } from './sync.ts'

export interface ScenarioPlace {
  readonly line: Line
  readonly clock: MovableClock
  readonly cohort: MixpanelCohort
  readonly newSessionId: () => string
}

export interface PlayedStep {
  readonly step: ScenarioStep
  readonly result: SyncResult
  /** One line for each call that was made. */
  readonly calls: readonly string[]
}

export interface PlayedScenario {
  readonly steps: readonly PlayedStep[]
  /** Mixpanel's set in the end, in order of the alphabet. */
  readonly members: readonly Name[]
}

const minute = 60_000
const day = 24 * 60 * minute

const pageInfoOf = (parameters: PageBody['parameters']): Readonly<Record<string, string | number>> =>
  (parameters['page_info'] ?? {}) as Record<string, string | number>

const describeCall = ({ action, parameters }: PageBody, fault: Fault): string => {
  const { page_count: number, total_pages: total } = pageInfoOf(parameters)
  const page = number === undefined ? '' : ` page ${number} of ${total}`
  const names = parameters.members.map((member) => member['mixpanel_distinct_id'])
  return `${action}${page} [${names.join(' ')}]${fault === 'delivered' ? '' : `: ${fault}`}`
}

/** Pages in the step's order; those that it does not name keep theirs, at the end. */
const orderPages = (pages: readonly PageBody[], order: readonly number[]): readonly PageBody[] => {
  const rank = ({ parameters }: PageBody): number => {
    const place = order.indexOf(Number(pageInfoOf(parameters)['page_count']))
    return place === -1 ? order.length : place
  }
  return order.length === 0 ? pages : pages.toSorted((one, other) => rank(one) - rank(other))
}

const changed = (people: readonly Name[], { join = [], leave = [] }: ScenarioStep): Name[] => [
  ...new Set(people).union(new Set(join)).difference(new Set(leave)),
]

/** Gives every name a number, and finds it again. */
const createRegister = () => {
  const names: Name[] = []
  const numberOf = (name: Name): number => {
    const known = names.indexOf(name)
    return known === -1 ? names.push(name) - 1 : known
  }
  return { numberOf, nameOf: (number: number): Name => names[number] ?? '' }
}

const setUp = (scenario: Scenario, place: ScenarioPlace) => {
  const { numberOf, nameOf } = createRegister()
  let current: ScenarioStep | undefined
  let calls: string[] = []
  const line = faultyLine(place.line, (page) => {
    const fault = current?.faults?.[calls.length] ?? 'delivered'
    calls.push(describeCall(page, fault))
    return fault
  })
  const { bodies, numbering } = scenario
  const mixpanel = createMixpanel({
    ...place,
    ...(bodies && { bodies }),
    ...(numbering && { numbering }),
    receiver: line,
    people: (number) => ({ mixpanel_distinct_id: nameOf(number) }),
    membersPerPage: scenario.membersPerPage ?? 2,
    orderPages: (pages) => orderPages(pages, current?.order ?? []),
    sharedSession: scenario.sharedSession ?? false,
    reusedSession: scenario.reusedSession ?? false,
  })
  const begin = (step: ScenarioStep): void => {
    current = step
    calls = []
  }
  return { mixpanel, line, numberOf, begin, calls: (): readonly string[] => calls }
}

const send = (mixpanel: Mixpanel, step: ScenarioStep, people: readonly number[]): Promise<SyncResult> => {
  if (step.resume) mixpanel.resume()
  return step.send === 'full' ? mixpanel.fullSync(people) : mixpanel.sync(people)
}

/** Plays the steps in turn. `onStep` hears each one when it is over. */
export const playScenario = async (
  scenario: Scenario,
  place: ScenarioPlace,
  onStep: (played: PlayedStep) => void = () => {},
): Promise<PlayedScenario> => {
  const { mixpanel, line, numberOf, begin, calls } = setUp(scenario, place)
  const steps: PlayedStep[] = []
  let people: readonly Name[] = []
  for (const step of scenario.steps) {
    const { minutes = 0, days = 0 } = step.after ?? {}
    place.clock.skip(minutes * minute + days * day)
    people = changed(people, step)
    begin(step)
    const result = await send(mixpanel, step, people.map(numberOf))
    if (result.outcome === 'succeeded') await line.arriveLate()
    const played = { step, result, calls: calls() }
    steps.push(played)
    onStep(played)
  }
  return { steps, members: people.toSorted() }
}
