/** One message of the protocol: a letter, its length in four bytes, its body. */
export interface Message {
  readonly type: string
  readonly body: Buffer
  /** With its header, as it goes over the wire. */
  readonly bytes: Buffer
}

const headerBytes = 5

/** Cuts what comes in pieces into whole messages. Not for the first packet of a client, which has no letter. */
export const messageReader = () => {
  let rest: Buffer = Buffer.alloc(0)

  return (chunk: Buffer): Message[] => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const messages: Message[] = []
    for (let length = lengthOf(rest); length !== undefined; length = lengthOf(rest)) {
      const bytes = rest.subarray(0, length)
      messages.push({
        type: String.fromCodePoint(bytes[0] ?? 0),
        body: bytes.subarray(headerBytes),
        bytes,
      })
      rest = rest.subarray(length)
    }
    return messages
  }
}

/** Undefined while the message is not whole. */
const lengthOf = (buffer: Buffer): number | undefined => {
  if (buffer.length < headerBytes) return undefined
  const length = buffer.readUInt32BE(1) + 1
  return buffer.length < length ? undefined : length
}

/** The answer of the server to COMMIT, the last but one of its messages. */
export const isCommitted = ({ type, body }: Message): boolean =>
  type === 'C' && body.toString('latin1') === 'COMMIT\0'

/** What NOTIFY sends to those who listen. */
export const isNotification = ({ type }: Message): boolean => type === 'A'

/** The server waits for the next statement, and no transaction is open. */
export const isIdle = ({ type, body }: Message): boolean => type === 'Z' && body.toString('latin1') === 'I'
