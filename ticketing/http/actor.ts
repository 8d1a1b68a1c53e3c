/**
 * What a person may do in an organisation. An owner also looks after its people; an organiser does all that
 * belongs to events; a desk binds, re-issues, looks up and works cases; an auditor only reads.
 */
export const roles = ['owner', 'organiser', 'desk', 'auditor'] as const;
export type Role = (typeof roles)[number];

/** Who asks: a person, in the one organisation that this request is about. */
export interface Actor {
  readonly person: string;
  readonly organisation: string;
  readonly role: Role;
  /** The session by which the person was known. */
  readonly session: string;
}

/** Tells who asks; implemented by `people`, so that this room knows no other. */
export interface Doorkeeper {
  /** Nothing where nobody is signed in. */
  whoAsks(headers: Headers): Promise<Actor | undefined>;
}

/** Which enrolled gate asks. */
export interface GateActor {
  readonly id: string;
  readonly organisation: string;
  readonly gateGroup: string;
}

/** A request that a gate signed; its body is believed once `requireBody` took it. */
export interface SignedByGate {
  readonly gate: GateActor;
  readonly requireBody: (body: Uint8Array) => unknown;
}

/** Tells which gate signed a request; implemented by `gates`. */
export interface Gatekeeper {
  /** Throws what the gate is to be told, before anything of the body was read. */
  whoSigned(request: Request): Promise<SignedByGate>;
}
