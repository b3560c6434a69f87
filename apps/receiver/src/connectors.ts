import type { Connector } from '@cohort-relay/connector-kit'
import { webhook } from '@cohort-relay/webhook'

/** The connectors that ship. Adding one is a line here. */
export const connectors: readonly Connector[] = [webhook]
