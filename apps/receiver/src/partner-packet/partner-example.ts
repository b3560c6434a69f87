/** A partner.yaml to begin with. Its addresses and names are refused until they are replaced. */
export const partnerExample = `# What Mixpanel asks a partner for. Replace what is Acme's by what is yours, then run:
#   cohort-relay partner-packet --config partner.yaml --out packet

company:
  # The name that customers know your product by.
  name: Acme

webhook:
  # The public address of your receiver, the same for every customer.
  url: https://cohorts.acme.example/webhooks/mixpanel

authorization:
  # x-api-key: Mixpanel lists you as a partner and sends the customer's key in this header.
  # basic: customers add you as a custom webhook, with the key as the password.
  form: x-api-key
  whereToFindTheKey: Settings → Integrations → Mixpanel → API key

userIds:
  # joining-key: a property of the Mixpanel profile holds your user id.
  # shared-ids: the distinct id in Mixpanel is your user id. Then leave property out.
  method: joining-key
  property: acme_user_id
  explanation: Our SDK sets this property on the Mixpanel profile when a user signs in.

helpCentre:
  # How a customer sends cohorts to your product.
  cohorts: https://help.acme.example/mixpanel-cohorts
  # Whether your product sends events to Mixpanel. If so, how a customer sets that up.
  eventsFlowBack: true
  events: https://help.acme.example/mixpanel-events

# An SVG file, seen from the folder of this file.
logo: logo.svg
`
