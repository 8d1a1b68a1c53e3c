/** Those who work with the service, and how they are known again. */
export interface PeopleTables {
  people: PersonRow;
  memberships: MembershipRow;
  invitations: InvitationRow;
  person_sessions: PersonSessionRow;
  passkeys: PasskeyRow;
  passkey_challenges: PasskeyChallengeRow;
  sign_in_failures: SignInFailureRow;
}

interface PersonRow {
  id: string;
  name: string;
  /** What is typed to sign in, in lower case. */
  sign_in: string;
  /** argon2id in its own text form; none for people who have passkeys alone. */
  password: string | null;
  created_at: number;
}

interface MembershipRow {
  person_id: string;
  organisation_id: string;
  role: 'owner' | 'organiser' | 'desk' | 'auditor';
  state: 'active' | 'disabled';
  since: number;
  revision: number;
}

interface InvitationRow {
  id: string;
  /** SHA-256 of the secret in the link. */
  secret: Buffer;
  organisation_id: string;
  role: MembershipRow['role'];
  /** None where it was made on the machine itself. */
  invited_by: string | null;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

interface PersonSessionRow {
  id: string;
  /** SHA-256 of the secret in the cookie. */
  secret: Buffer;
  person_id: string;
  how: 'password' | 'passkey' | 'invitation';
  began_at: number;
  seen_at: number;
}

interface PasskeyRow {
  /** The credential's id, base64url. */
  id: string;
  person_id: string;
  label: string;
  /** COSE. */
  public_key: Buffer;
  counter: number;
  /** JSON. */
  transports: string;
  created_at: number;
  used_at: number | null;
}

/** A challenge that was given out and not yet answered. */
interface PasskeyChallengeRow {
  challenge: string;
  /** Who is to make a passkey; none for signing in. */
  person_id: string | null;
  expires_at: number;
}

interface SignInFailureRow {
  /** SHA-256 of what is counted: a sign-in name, with or without where it was tried from. */
  subject: Buffer;
  failures: number;
  last_at: number;
}
