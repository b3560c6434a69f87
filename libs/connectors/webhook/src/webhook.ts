import type { Audience, Call, Cohort, Connector, Member } from '@cohort-relay/connector-kit'
import { readResults } from './read-results.ts'
import { maxMembersPerCall, settings, type WebhookSettings } from './settings.ts'
import { createWebhookApi, type EventType } from './webhook-api.ts'

/** For a partner whose product has an HTTP endpoint of its own; requests follow the Standard Webhooks specification. */
export const webhook: Connector<WebhookSettings> = {
  id: 'webhook',
  name: 'Webhook',
  capabilities: {
    // The partner gets whatever identity the account has chosen; an e-mail address finds most people elsewhere.
    identifiesBy: ['email', 'phone', 'id'],
    membersPerCall: maxMembersPerCall,
    createsPeople: true,
    properties: 'all',
  },
  settings,
  connect(given, tools) {
    const api = createWebhookApi(given, tools)

    const sender =
      (type: EventType) => async (audience: Audience, members: readonly Member[], call: Call) => {
        if (members.length === 0) return []
        const body = { cohort: describeCohort(audience.cohort), members: members.map(describeMember) }
        return readResults(await api.send(type, body, call), members)
      }

    return {
      membersPerCall: given.membersPerCall,
      async checkAccess(call) {
        await api.send('cohort.relay.ping', {}, call)
      },
      prepareAudience: async (cohort) => ({ id: audienceId(cohort) }),
      addMembers: sender('cohort.members.added'),
      removeMembers: sender('cohort.members.removed'),
    }
  },
}

/** Unambiguous: an id with a slash in it meets no other pair of ids. */
const audienceId = ({ projectId, id }: Cohort): string =>
  [projectId, id].map((part) => part.replaceAll(/[%/]/g, encodeURIComponent)).join('/')

// Field by field, so that nothing else that the core may keep there leaves the house.
const describeCohort = ({ projectId, id, name, description }: Cohort) => ({
  projectId,
  id,
  name,
  description,
})

const describeMember = ({ id, identity, properties }: Member) => ({
  id,
  identity: { kind: identity.kind, value: identity.value },
  properties,
})
