import { addTexts } from '../text'

/** Texts of the tour of the demo: its checklist and its coach marks. */
export const tour = addTexts({
  'tour.title': 'Tour, {done} of {n} done',
  'tour.step': 'Tour, step {i} of {n}',
  'tour.look': 'See what a client sees',
  'tour.lookHint': 'Open a dashboard of {client} as the people there have it.',
  'tour.lookDo': 'Open',
  'tour.set_up': 'Set up {client}',
  'tour.set_upHint': 'Sign in as its administrator, import a dashboard, fill in {property}.',
  'tour.set_upImport':
    '{property} is filled in. Sign in as its administrator and import a dashboard.',
  'tour.set_upFill': 'A dashboard is imported. {property} is still empty.',
  'tour.set_upDo': 'Set up',
  'tour.activate': 'Activate {client}',
  'tour.activateHint': 'Its people can sign in then, and their invitations are sent.',
  'tour.activateDo': 'Go there',
  'tour.fillIn': 'Fill in {property}',
  'tour.import': 'Import',
  'tour.done': 'done',
  'tour.outbox': 'See the invitations',
  'tour.end': 'That was the tour.',
  'tour.endHint': 'Everything in the demo stays as you left it.',
  'tour.add': 'Add your first client',
  'tour.keep': 'Keep the demo',
  'tour.remove': 'Remove the demo',
  'tour.hide': 'Hide the tour',
  'tour.show': 'Show the tour',
  'tour.hidden': 'The tour is hidden. You find it in your menu and under the key ?.',
  'tour.failed': 'The tour did not change.',
  'tour.close': 'Close this hint',
  'tour.mark.look':
    'This is what people at {client} see who only look: their dashboards as tabs, and nothing to change. Go back with the bar at the top when you have seen it.',
  'tour.mark.enter':
    'You prepare {client} from inside. Sign in as its administrator; what you do there is recorded under your name.',
  'tour.mark.inside': 'You are inside their account now. The next thing it needs is a dashboard.',
  'tour.mark.import':
    'Choose a dashboard and go on with Next: its Klips and data sources come along.',
  'tour.mark.imported': 'The dashboard is there. One thing is left: {client} has no {property}.',
  'tour.mark.property': '{client} has no {property} yet. Fill it in, for example MH-2044.',
  'tour.mark.activate':
    'Activate opens {client} to its people. Invitations that wait are sent; without a mail server they stay in the outbox.',
})
