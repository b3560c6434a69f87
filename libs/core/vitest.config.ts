import { postgres } from '@cohort-relay/tools/postgres'
import { defineProject } from 'vitest/config'

export default defineProject({ test: { globalSetup: postgres, testTimeout: 30_000 } })
