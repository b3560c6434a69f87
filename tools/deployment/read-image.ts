import { DockerfileParser, type Copy, type Instruction, type JSONInstruction } from 'dockerfile-ast'

/** What the last stage of a Dockerfile makes, and what every stage copies. */
export interface Image {
  readonly bases: readonly string[]
  readonly copies: readonly CopiedFiles[]
  readonly labels: readonly string[]
  /** Name → value, of the last stage. */
  readonly environment: Readonly<Record<string, string>>
  readonly user: string | undefined
  readonly ports: readonly number[]
  /** Undefined when missing, or written for a shell, which would keep signals from the process. */
  readonly entrypoint: readonly string[] | undefined
  readonly command: readonly string[] | undefined
  readonly healthCheck: readonly string[] | undefined
}

interface CopiedFiles {
  readonly line: number
  /** An earlier stage; null is the build context. */
  readonly from: string | null
  readonly sources: readonly string[]
}

export const readImage = (dockerfile: string): Image => {
  const instructions = DockerfileParser.parse(dockerfile).getInstructions()
  const last = instructions.slice(instructions.findLastIndex((one) => one.getKeyword() === 'FROM'))
  const wordsOf = (keyword: string): readonly string[] =>
    last.filter((one) => one.getKeyword() === keyword).flatMap((one) => words(one))
  return {
    bases: instructions.filter((one) => one.getKeyword() === 'FROM').map((one) => words(one)[0] ?? ''),
    copies: instructions.filter((one) => one.getKeyword() === 'COPY').map((one) => copied(one as Copy)),
    labels: wordsOf('LABEL').flatMap((word) => /^[\w.]+(?==)/.exec(word)?.[0] ?? []),
    environment: Object.fromEntries(wordsOf('ENV').map((word) => word.split(/=(.*)/s).slice(0, 2))) as Record<
      string,
      string
    >,
    user: wordsOf('USER').at(-1),
    ports: wordsOf('EXPOSE').map(Number),
    entrypoint: jsonOf(last, 'ENTRYPOINT'),
    command: jsonOf(last, 'CMD'),
    healthCheck: healthCheckOf(last),
  }
}

const words = (instruction: Instruction): readonly string[] =>
  instruction.getArguments().map((argument) => argument.getValue())

const copied = (copy: Copy): CopiedFiles => ({
  line: copy.getRange().start.line + 1,
  from: copy.getFromFlag()?.getValue() ?? null,
  sources: words(copy).slice(0, -1),
})

const jsonOf = (instructions: readonly Instruction[], keyword: string): readonly string[] | undefined => {
  const found = instructions.findLast((one) => one.getKeyword() === keyword)
  if (found === undefined) return undefined
  const strings = (found as JSONInstruction).getJSONStrings().map((one) => one.getJSONValue())
  return strings.length === 0 ? undefined : strings
}

// The parser takes CMD for the first word of a health check and reads no JSON after it.
const healthCheckOf = (instructions: readonly Instruction[]): readonly string[] | undefined => {
  const found = instructions.findLast((one) => one.getKeyword() === 'HEALTHCHECK')
  const command = /^CMD\s+(?<json>\[.*\])$/s.exec(found?.getRawArgumentsContent() ?? '')?.groups?.['json']
  try {
    return command === undefined ? undefined : (JSON.parse(command) as string[])
  } catch {
    return undefined
  }
}
