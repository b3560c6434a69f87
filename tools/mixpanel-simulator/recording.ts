import { readFile } from 'node:fs/promises'

/** The first line of a recording. */
export interface RecordingHeader {
  readonly recording: 'mixpanel-cohort-sync'
  readonly version: 1
  readonly redacted: boolean
  readonly startedAt: string
}

/** Each further line: one call as it passed. */
export interface RecordedCall {
  /** Milliseconds since the first call began. */
  readonly at: number
  /** From its beginning to its answer. */
  readonly milliseconds: number
  /** The body, parsed; or the bytes in base64 where it is no JSON and the recording is not redacted. */
  readonly body: unknown
  readonly unreadable?: string
  /** Null: no answer came. */
  readonly status: number | null
}

export interface Recording {
  readonly header: RecordingHeader
  /** In the order in which they began. */
  readonly calls: readonly RecordedCall[]
}

export const recordingHeader = (redacted: boolean, startedAt: Date): RecordingHeader => ({
  recording: 'mixpanel-cohort-sync',
  version: 1,
  redacted,
  startedAt: startedAt.toISOString(),
})

/** Throws when the file is no recording. */
export const readRecording = async (path: string): Promise<Recording> => {
  const [first, ...rest] = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '')
  const header = JSON.parse(first ?? '{}') as Partial<RecordingHeader>
  if (header.recording !== 'mixpanel-cohort-sync' || header.version !== 1) {
    throw new Error(`${path} is no recording of version 1.`)
  }
  const calls = rest.map((line) => JSON.parse(line) as RecordedCall)
  return { header: header as RecordingHeader, calls: calls.toSorted((one, other) => one.at - other.at) }
}
