import { organiserClient } from '../api/organiser-client.ts';
import { ProblemError } from '../api/problem.ts';

/** Whether this browser has what passkeys take. */
export const knowsPasskeys =
  typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;

/** Has the person choose a passkey, and signs them in by it. */
export async function signInByPasskey(): Promise<void> {
  const options = await organiserClient.beginPasskeySignIn();
  const chosen = await asked(() =>
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
        options as unknown as PublicKeyCredentialRequestOptionsJSON,
      ),
    }),
  );
  await organiserClient.signInByPasskey(chosen.toJSON());
}

/** Makes a passkey of this device for whoever is signed in. */
export async function makePasskey(label: string): Promise<void> {
  const options = await organiserClient.beginPasskey();
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
        options as unknown as PublicKeyCredentialCreationOptionsJSON,
      ),
    }),
  );
  await organiserClient.addPasskey(label, made.toJSON());
}

/** The browser says no more than that nothing came of it: the person may have changed their mind. */
async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  const credential = await ask().catch((cause: unknown) => {
    throw noPasskey(cause);
  });
  if (credential instanceof PublicKeyCredential) return credential;
  throw noPasskey();
}

function noPasskey(cause?: unknown): ProblemError {
  return new ProblemError(
    { code: 'no-passkey', status: 0, detail: 'No passkey was chosen. Try again, or use your password.' },
    { cause },
  );
}
