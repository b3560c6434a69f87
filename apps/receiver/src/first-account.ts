import type { Config } from './config.ts'

/** How the first account is made, as commands to copy. */
export const firstAccount = (url: string, { adminToken }: Config): string => {
  const request = `  curl -X POST ${url}/api/accounts -H "authorization: Bearer $ADMIN_TOKEN" -H 'content-type: application/json' -d '{"name":"Acme"}'`
  const noToken = [
    'There is no account yet, and the admin API that makes one is off. Stop this program and start it with a token:',
    '  export ADMIN_TOKEN=$(openssl rand -hex 32)',
    '  npm start',
    'Then, in another terminal that has the same ADMIN_TOKEN:',
  ]
  return [
    ...(adminToken === null
      ? noToken
      : ['There is no account yet. Make one, in another terminal that has the same ADMIN_TOKEN:']),
    request,
  ].join('\n')
}
