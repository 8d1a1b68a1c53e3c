import type { ApplicationForm } from '../../ticketing/signed-form/application-form.ts';
import { applicationTask, bindingTask, type Task } from '../../gate/kiosk/visit/task.ts';

/** An application as a visitor makes it. */
export const sampleApplication: ApplicationForm = {
  format: 'kazasu/application/v1',
  id: '00112233445566778899aabbccddeeff',
  at: '2027-01-15T03:04:05.678Z',
  session: 'first-night',
  event: { ja: '春の音楽会', en: 'Spring concert' },
  title: { ja: '初日', en: 'First night' },
  startsAt: '2027-04-03T09:00:00.000Z',
  category: 'S',
  categoryText: { ja: 'S席', en: 'S seat' },
  tickets: 2,
  companions: 'own-cards',
  price: 8000,
  total: 16000,
};

/** What must never reach a screen. */
export const sampleClaimCode = 'CLAIM-7Q2M-XX91';

export const applying: Task = applicationTask(sampleApplication);

export const binding: Task = bindingTask(
  {
    format: 'kazasu/binding/v1',
    challenge: 'ab'.repeat(32),
    at: sampleApplication.at,
    ticket: 'ticket-2',
    event: sampleApplication.event,
    title: sampleApplication.title,
    startsAt: sampleApplication.startsAt,
  },
  sampleClaimCode,
);
