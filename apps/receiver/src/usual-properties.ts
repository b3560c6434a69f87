import type { Connector } from '@cohort-relay/connector-kit'
import type { DestinationView } from '@cohort-relay/core'

/** What a destination is sent where nobody says anything: what its connector is for. */
export const usualProperties = ({ capabilities }: Connector): DestinationView['properties'] =>
  capabilities.properties === 'all' ? 'all' : []
