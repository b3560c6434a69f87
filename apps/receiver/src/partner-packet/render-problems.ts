import type { PacketProblem } from './packet-problem.ts'

/** The list of everything that is missing or wrong in a place, for the terminal. */
export const renderProblems = (problems: readonly PacketProblem[], place: string): string => {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  const items = problems.map(
    ({ field, problem, remedy }) => `  ${field === '' ? place : field}: ${problem}.\n      ${remedy}`,
  )
  return [`The packet was not written. ${place}: ${count}.`, ...items].join('\n')
}
