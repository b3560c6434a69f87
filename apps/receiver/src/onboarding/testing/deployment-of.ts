import { connectors } from '../../connectors.ts'
import type { Deployment } from '../deployment.ts'
import { readDeployment } from '../read-deployment.ts'
import type { LookUpEndpoint } from './start-look-up-endpoint.ts'
import type { Product } from './start-product.ts'

/** What the lines of a deployment file mean; throws where they would not start. */
const deploymentOf = (
  lines: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Deployment => {
  const reading = readDeployment(lines.join('\n'), { environment, connectors })
  if (!reading.ok) throw new Error(reading.problems.join('\n'))
  return reading.deployment
}

const signingSecret = `whsec_${Buffer.alloc(32, 's').toString('base64')}`

/** Settings of the webhook connector by which the product hears the customer's key. */
export const productSettings = (url: string, key: string) => ({
  url,
  secret: signingSecret,
  headers: { 'x-product-key': key },
})

/** The key of a customer is that of the product. */
export const passThroughTo = ({ url }: Product, more: readonly string[] = []): Deployment =>
  deploymentOf([
    'onboarding:',
    '  connector: webhook',
    `  settings: ${JSON.stringify(productSettings(url, '${apiKey}'))}`,
    ...more.map((line) => `  ${line}`),
  ])

/** The service says whose a key is. */
export const lookUpAt = ({ url, secret }: LookUpEndpoint, more: readonly string[] = []): Deployment =>
  deploymentOf([
    'onboarding:',
    `  accountLookupUrl: ${url}`,
    `  secret: ${secret}`,
    ...more.map((line) => `  ${line}`),
  ])
