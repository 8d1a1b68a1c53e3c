import type { Texts } from './texts.ts';

export const texts: Texts = {
  name: 'English',
  visitor: {
    hold: { title: 'Hold your My Number Card here', detail: 'No PIN needed' },
    holding: { title: 'Reading your card', detail: 'Keep it there' },
    lost: { title: 'Please wait a moment', detail: 'The gate does not answer\nPlease see a member of staff' },
    connecting: { title: 'Getting ready', detail: 'Please wait a moment' },
    silent: 'No sound: touch the screen for it',
  },
};
