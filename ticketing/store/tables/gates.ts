/** The gates that an organisation has enrolled. */
export interface GateTables {
  gates: GateRow;
  gate_codes: GateCodeRow;
  gate_nonces: GateNonceRow;
}

/** One gate and its keys. A name is one gate's for ever: journals are told apart by it. */
interface GateRow {
  id: string;
  organisation_id: string;
  name: string;
  gate_group: string;
  door: string;
  direction: 'in' | 'out';
  /** The point on P-256, 65 bytes. */
  identity_key: Buffer;
  /** SHA-256 of the identity key's SPKI, in hexadecimal: how people compare it, and requests name it. */
  fingerprint: string;
  /** SPKI as PEM. */
  transport_key: string;
  /** The hashes that its token unwraps with in RSA-OAEP, as the request has them. */
  oaep: 'sha256 sha1' | 'sha256' | 'sha1';
  state: 'enrolled' | 'revoked';
  enrolled_at: number;
  revoked_at: number | null;
  /** When its last signed request came. */
  seen_at: number | null;
  revision: number;
}

/** A one-time code by which one gate of that name is enrolled. */
interface GateCodeRow {
  id: string;
  organisation_id: string;
  /** SHA-256 of the code: 75 random bits need no slower hash. */
  code_hash: Buffer;
  gate: string;
  gate_group: string;
  door: string;
  direction: 'in' | 'out';
  made_at: number;
  expires_at: number;
  /** The gate that came by it. */
  gate_id: string | null;
}

/** A signed request that was taken, until its signature no longer holds. */
interface GateNonceRow {
  key_id: string;
  nonce: string;
  /** In seconds since 1970, as the signature has it. */
  expires: number;
}
