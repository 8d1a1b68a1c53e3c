import {
  readApplication,
  writeApplication,
  type ApplicationForm,
} from '../../../ticketing/signed-form/application-form.ts';
import { readBinding, writeBinding, type BindingForm } from '../../../ticketing/signed-form/binding-form.ts';
import type { KeyName } from '../../card/profile.ts';

/** What a visitor is at the kiosk for: a form to be signed, in the exact bytes that are signed. */
export type Task =
  | { readonly kind: 'application'; readonly bytes: Uint8Array; readonly form: ApplicationForm }
  | {
      readonly kind: 'binding';
      readonly bytes: Uint8Array;
      readonly form: BindingForm;
      /** The claim's code; whoever has it can bind the ticket. Never shown or logged. */
      readonly code: string;
    };

/** What is shown is read back from the bytes that are signed. Throws a `FormError`. */
export function applicationTask(form: ApplicationForm): Task {
  const bytes = writeApplication(form);
  return { kind: 'application', bytes, form: readApplication(bytes) };
}

export function bindingTask(form: BindingForm, code: string): Task {
  const bytes = writeBinding(form);
  return { kind: 'binding', bytes, form: readBinding(bytes), code };
}

/** Which of the card's keys signs it, under which PIN. */
export function keyFor({ kind }: Pick<Task, 'kind'>): KeyName {
  return kind === 'application' ? 'signature' : 'authentication';
}

/**
 * The number under which a visitor asks for the result: the first 40 bits of the application's id.
 *
 * @example
 * receiptNumberOf('00112233445566778899aabbccddeeff') // '00112-23344'
 */
export function receiptNumberOf(id: string): string {
  return `${id.slice(0, 5)}-${id.slice(5, 10)}`.toUpperCase();
}
