import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express } from 'express'
import { Webhook } from 'standardwebhooks'
import type { PageBody } from '../../mixpanel-simulator/pages.ts'

/** Ways in which a receiver can be wrong. */
export type Fault =
  | 'none'
  | 'loses a member'
  | 'swaps a member for another'
  | 'tells the partner unchanged members'

interface Member {
  readonly id: string
  readonly email: string
}

interface Partner {
  readonly url: string
  readonly secret: string
}

type ChangeType = 'added' | 'removed'

const membersOf = (page: PageBody): Member[] =>
  page.parameters.members.map((member) => ({
    id: member['mixpanel_distinct_id'] ?? '',
    email: member['email'] ?? '',
  }))

const tell = async (partner: Partner, type: ChangeType, members: readonly Member[]): Promise<void> => {
  if (members.length === 0) return
  const body = JSON.stringify({
    type: `cohort.members.${type}`,
    data: {
      cohort: { projectId: '2200001', id: '5100001' },
      members: members.map(({ id, email }) => ({ id, identity: { kind: 'email', value: email } })),
    },
  })
  const now = new Date()
  await fetch(partner.url, {
    method: 'POST',
    body,
    headers: {
      'webhook-id': 'batch',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(partner.secret).sign('batch', now, body),
    },
  })
}

const spoil = (members: readonly Member[], fault: Fault): readonly Member[] => {
  if (fault === 'loses a member') return members.slice(1)
  if (fault !== 'swaps a member for another') return members
  return [{ id: 'a stranger', email: 'stranger@example.com' }, ...members.slice(1)]
}

const createState = (fault: Fault) => {
  const ledger = new Map<string, Member>()
  let partner: Partner = { url: '', secret: '' }
  let syncs = 0
  const take = async (page: PageBody): Promise<void> => {
    syncs += 1
    const members = membersOf(page)
    const isRemoval = page.action === 'remove_members'
    const news = members.filter(({ id }) => isRemoval === ledger.has(id))
    for (const member of members) {
      if (isRemoval) ledger.delete(member.id)
      else ledger.set(member.id, member)
    }
    const told = fault === 'tells the partner unchanged members' ? members : spoil(news, fault)
    await tell(partner, isRemoval ? 'removed' : 'added', told)
  }
  const summary = () => ({
    projectId: '2200001',
    id: '5100001',
    members: ledger.size,
    lastSyncAt: `sync ${syncs}`,
    openSession: false,
    destinations: [{ state: 'active', owed: 0, failed: 0 }],
  })
  const join = (settings: Partner): void => {
    partner = settings
  }
  return { take, summary, join, ids: () => [...ledger.keys()] }
}

const createApp = (fault: Fault): Express => {
  const state = createState(fault)
  const app = express().use(express.json({ limit: '16mb' }))
  app.post('/api/accounts', (_req, res) => void res.status(201).json({ id: 'account', key: 'key' }))
  app.post('/api/accounts/account/destinations', (req, res) => {
    state.join((req.body as { settings: Partner }).settings)
    res.status(201).json({ id: 'destination' })
  })
  app.get('/api/accounts/account/cohorts', (_req, res) => void res.json({ cohorts: [state.summary()] }))
  app.get('/api/accounts/account/cohorts/5100001/members', (req, res) => {
    const ids = state.ids()
    const start = Number(req.query['after'] ?? 0)
    const members = ids.slice(start, start + 1000).map((id) => ({ id }))
    res.json({ members, next: start + 1000 < ids.length ? String(start + 1000) : null })
  })
  app.post('/webhooks/mixpanel', async (req, res) => {
    await state.take(req.body as PageBody)
    res.json({ action: 'members', status: 'success' })
  })
  return app
}

export const listen = async (app: Express): Promise<{ url: string; server: Server }> => {
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

/** A receiver in memory, applying each page at once, with one fault built in. Close `server` after use. */
export const startFakeReceiver = (fault: Fault): Promise<{ url: string; server: Server }> =>
  listen(createApp(fault))
