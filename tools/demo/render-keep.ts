import { demoCohort, type DemoResult } from './run-demo.ts'

const sampleBody = {
  action: 'add_members',
  parameters: {
    mixpanel_project_id: demoCohort.projectId,
    mixpanel_cohort_id: demoCohort.id,
    mixpanel_cohort_name: demoCohort.name,
    mixpanel_session_id: 'by-hand',
    page_info: { total_pages: 1, page_count: 1 },
    members: [{ mixpanel_distinct_id: 'by-hand', email: 'by.hand@example.com' }],
  },
}

/** What a person needs to go on by hand: addresses, the key, and a line for the shell that works as it stands. */
export const renderKeep = ({ webhookUrl, key }: DemoResult, partnerUrl: string): string =>
  [
    'Still running; Ctrl-C ends it and removes everything.',
    '',
    `  Webhook  ${webhookUrl}`,
    `  Key      ${key}`,
    `  Partner  ${partnerUrl}/lists`,
    '',
    'Send one more member:',
    '',
    `curl -sS ${webhookUrl} -H 'x-api-key: ${key}' -H 'content-type: application/json' -d '${JSON.stringify(sampleBody)}'`,
  ].join('\n')
