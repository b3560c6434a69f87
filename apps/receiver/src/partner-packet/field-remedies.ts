/** What to write into each field of partner.yaml. */
export const fieldRemedies: Readonly<Record<string, string>> = {
  '': 'Begin with: cohort-relay partner-packet --example > partner.yaml',
  company: 'Indent under it: name.',
  'company.name': 'Write the name that customers know your product by, on one line.',
  webhook: 'Indent under it: url.',
  'webhook.url':
    'Write the public https:// address of your receiver, which ends in /webhooks/mixpanel. It is the same for every customer and holds no key.',
  authorization: 'Indent under it: form and whereToFindTheKey.',
  'authorization.form':
    'Write x-api-key if Mixpanel lists you as a partner, basic if customers add you as a custom webhook.',
  'authorization.whereToFindTheKey': 'Write where in your product a customer finds the API key, on one line.',
  userIds: 'Indent under it: method, property and explanation.',
  'userIds.method':
    'Write joining-key if a property of the Mixpanel profile holds your user id, shared-ids if the distinct id is your user id.',
  'userIds.property':
    'With joining-key, write the name of the property as Mixpanel spells it. With shared-ids, leave it out.',
  'userIds.explanation': 'Write in one or two sentences, on one line, how your user id gets into Mixpanel.',
  helpCentre: 'Indent under it: cohorts, eventsFlowBack and events.',
  'helpCentre.cohorts':
    'Write the public https:// address of your article on sending Mixpanel cohorts to your product.',
  'helpCentre.eventsFlowBack': 'Write true if your product sends events to Mixpanel, else false.',
  'helpCentre.events':
    'With eventsFlowBack: true, write the public https:// address of your article on these events. Else leave it out.',
  logo: 'Write the path of the logo, an SVG file, seen from the folder of partner.yaml.',
}
