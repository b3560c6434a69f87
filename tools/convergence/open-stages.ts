import type { Row } from './plan-rows.ts'
import { receiverStage } from './receiver-stage.ts'
import { renewStage } from './renew-stage.ts'
import type { Stage } from './stage.ts'
import { storeStage } from './store-stage.ts'

type Place = Pick<Row, 'store' | 'through'>

/** While one waits for the disk or the network, others go on. */
const stagesAtOnce = 4
/** What a receiver does costs more the more cohorts an account has. */
const historiesOfStage = 100

/** One stage of the row's kind. */
export const openStage = ({ through, store }: Place): Promise<Stage> =>
  through === 'store' ? storeStage(store) : receiverStage(store)

/** As many as are worth playing on at a time. Each is opened when it is first played on. */
export const openStages = (place: Place): readonly Stage[] =>
  Array.from({ length: stagesAtOnce }, () => renewStage(() => openStage(place), historiesOfStage))
