interface CatalogueEntry {
  readonly status: number
  readonly title: string
  /** What to do about it, for the person who reads the answer. */
  readonly remedy: string
}

/** Every error that the admin API answers with. A code is stable: programs may rely on it. `docs/errors.md` is made from this. */
export const problemCatalogue = {
  'malformed-request': {
    status: 400,
    title: 'The address or the body cannot be decoded',
    remedy:
      'Encode each part of the address as a URL demands (%2F for a slash), and send the body as UTF-8, with the content encoding that its header names.',
  },
  'not-json': {
    status: 400,
    title: 'The body is not valid JSON',
    remedy: 'Send one JSON object.',
  },
  'invalid-request': {
    status: 400,
    title: 'A field is missing, unknown or not usable',
    remedy:
      'The answer lists each such field under problems. Mend all of them and send the request again: nothing was done.',
  },
  unauthorized: {
    status: 401,
    title: 'The token is missing or opens nothing',
    remedy:
      'Send the header "Authorization: Bearer <token>" with the ADMIN_TOKEN of the service or a named token that is not revoked.',
  },
  'admin-api-off': {
    status: 403,
    title: 'The admin API is off',
    remedy:
      'Set ADMIN_TOKEN to a secret of at least 32 characters, for example that of openssl rand -hex 32, and restart.',
  },
  forbidden: {
    status: 403,
    title: 'The role of the token does not allow this',
    remedy:
      'Use a token of the role that the answer names. Roles: viewer reads; operator also pauses, resumes, checks and approves; admin does everything.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing here',
    remedy:
      'Compare the ids with those that the lists show. What belongs to another account is not found either.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The address does not take this method',
    remedy: 'The header Allow names the methods that it takes.',
  },
  'key-revoked': {
    status: 409,
    title: 'The key is revoked already',
    remedy: 'Make a new one: POST /api/accounts/{accountId}/keys.',
  },
  'plan-superseded': {
    status: 409,
    title: 'A newer sync took the place of this plan',
    remedy: 'Look at the cohort again, and approve the plan that it shows now, if it shows one.',
  },
  deleting: {
    status: 409,
    title: 'It is being deleted',
    remedy: 'Nothing of it can be changed any more. Delete it once more with ?drain=false to end it at once.',
  },
  'changed-meanwhile': {
    status: 412,
    title: 'Somebody changed it since it was read',
    remedy: 'Read it again, look at what changed, and send the change with the new ETag as If-Match.',
  },
  'too-large': {
    status: 413,
    title: 'The body is larger than 100 kB',
    remedy: 'No call needs more: look for text that came in by mistake.',
  },
  'access-refused': {
    status: 422,
    title: 'The partner does not accept these settings',
    remedy:
      'The detail says what the partner refuses. Mend the settings, or create the destination with ?verify=false and mend the access later.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    remedy: 'Wait for as many seconds as the header Retry-After says.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong here',
    remedy: 'The log has the details under the same moment. If it happens again, report it with them.',
  },
  'store-unavailable': {
    status: 503,
    title: 'The database cannot be used',
    remedy: 'Try again shortly. If it lasts, look at the log and at the database: cohort-relay doctor does.',
  },
  'partner-unavailable': {
    status: 503,
    title: 'The partner could not be asked',
    remedy:
      'Nothing says that the settings are wrong. Try again shortly, or create the destination with ?verify=false: what is owed to it is sent once it answers.',
  },
} as const satisfies Record<string, CatalogueEntry>

export type ProblemCode = keyof typeof problemCatalogue
