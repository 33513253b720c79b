import { catalogue } from '@verifluence/api/catalogue'
import type { DashboardSpec } from '../spec.ts'
import { fine } from './fine.ts'
import { processing } from './processing.ts'
import { receiving } from './receiving.ts'

export const webhooksDashboard: DashboardSpec = {
  uid: 'vf-webhooks',
  description: 'Kick webhooks from the first byte to the stored effect.',
  variables: [
    { name: 'event_type', label: 'Event', of: `${catalogue.webhookReceived.name}{env=~"$env"}` },
  ],
  rows: [fine, receiving, processing],
}
