import { problemCatalogue, type ProblemCode } from '../admin/problem-catalogue.ts'
import { CommandError } from './command-error.ts'
import type { Ending } from './exit-codes.ts'
import { shownText } from './shown.ts'

/** A problem detail as it comes over the line: nothing of it is sure. */
interface ToldProblem {
  readonly code: ProblemCode
  readonly title: string
  readonly detail: string
  readonly problems: readonly { readonly field: string; readonly message: string }[]
}

const endings = new Map<number, Ending>([
  [401, 'notAllowed'],
  [403, 'notAllowed'],
  [404, 'notFound'],
])

/** What the API answered, as something to say and an exit code. */
export const errorOfAnswer = (status: number, text: string, url: string): CommandError => {
  const problem = readProblem(text)
  if (problem === undefined)
    return new CommandError(
      'unreachable',
      `What answers at ${url} is no Cohort Relay (status ${status}). Name its address with --url.`,
    )
  const ending = problem.code === 'store-unavailable' ? 'unreachable' : (endings.get(status) ?? 'failed')
  return new CommandError(ending, sentencesOf(problem))
}

const readProblem = (text: string): ToldProblem | undefined => {
  try {
    const { code, title, detail, problems } = JSON.parse(text) as Partial<ToldProblem>
    if (typeof code !== 'string' || typeof detail !== 'string') return undefined
    return { code, title: title ?? code, detail, problems: Array.isArray(problems) ? problems : [] }
  } catch {
    return undefined
  }
}

const sentencesOf = ({ code, title, detail, problems }: ToldProblem): string => {
  const remedy = problemCatalogue[code]?.remedy ?? ''
  if (problems.length > 0)
    return [
      `${title}:`,
      ...problems.map(({ field, message }) => `  ${nameOf(field)}: ${shownText(message)}`),
    ].join('\n')
  const said = detail.endsWith(remedy) ? detail : `${detail} ${remedy}`
  return asOptions(shownText(said))
}

const nameOf = (field: string): string => (field === '' ? 'the whole' : shownText(field))

/** The catalogue speaks to people who call the API. */
const asOptions = (text: string): string =>
  text.replaceAll('?verify=false', '--no-verify').replaceAll('?drain=false', '--no-drain')
