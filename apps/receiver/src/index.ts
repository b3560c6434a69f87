export { compose, type Ingredients, type Receiver } from './compose.ts'
export { readConfig, type Config } from './config.ts'
export { connectors } from './connectors.ts'
