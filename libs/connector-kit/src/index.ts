export type {
  Audience,
  AudienceReference,
  Call,
  Capabilities,
  Cohort,
  Connector,
  Destination,
  Tools,
} from './connector.ts'
export type { Identity, IdentityKind, Member } from './member.ts'
export type { MemberResult, Outcome } from './member-result.ts'
export { createHttpClient, type HttpClientOptions } from './create-http-client.ts'
export { DestinationError, type FailureDetails, type FailureKind } from './destination-error.ts'
export { failureFromResponse } from './failure-from-response.ts'
export type { HttpClient, HttpRequest, HttpResponse } from './http-client.ts'
export type { Logger } from './logger.ts'
export { secret, secretFields } from './secret.ts'
