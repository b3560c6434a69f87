/** Text as both databases keep it alike: PostgreSQL refuses NUL, and neither can hold half a character. */
export const storableText = (text: string): string => text.replaceAll('\0', '').toWellFormed()
