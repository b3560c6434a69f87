import type { Command } from 'commander'
import { apiCommand, commandGroup } from '../command-line/api-command.ts'
import type { Surroundings } from '../command-line/surroundings.ts'
import { createDestination, updateDestination } from './configure-destination.ts'
import {
  checkDestination,
  deleteDestination,
  pauseDestination,
  resumeDestination,
} from './steer-destination.ts'
import { listDestinations, readDestination, testIdentity } from './look-at-destination.ts'

const commands = [
  listDestinations,
  createDestination,
  readDestination,
  updateDestination,
  pauseDestination,
  resumeDestination,
  checkDestination,
  testIdentity,
  deleteDestination,
]

/** `cohort-relay destinations …` */
export const destinationsCommand = (surroundings: Surroundings): Command =>
  commandGroup(
    'destinations',
    'where members go: list, create, read, update, pause, resume, check, test-identity, delete',
    commands.map((one) => apiCommand(one, surroundings)),
  )
