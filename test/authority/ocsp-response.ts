// OCSP answers (RFC 6960), as described: whatever is wrong with one is wrong on purpose.
import type { KeyObject } from 'node:crypto';
import * as der from '../encoding/der.ts';
import { reasons, type Reason } from './crl.ts';
import { extension, keyIdOf, signed } from './signed.ts';

export type OcspStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'revoked'; readonly at: Date; readonly reason?: Reason }
  | { readonly kind: 'unknown' };

export interface SingleAnswer {
  /** The CertID as it was asked, header and all. */
  readonly certId: Uint8Array;
  readonly status: OcspStatus;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  readonly extensions?: readonly Uint8Array[];
}

export interface OcspDescription {
  readonly signerKey: KeyObject;
  /** Sent along: the delegated responder's, where the CA itself does not sign. */
  readonly certificates?: readonly Uint8Array[];
  /** Named by its Name instead of its key. */
  readonly responderName?: Uint8Array;
  readonly producedAt: Date;
  readonly answers: readonly SingleAnswer[];
  /** The nonce's own bytes. */
  readonly nonce?: Uint8Array;
  readonly extensions?: readonly Uint8Array[];
  /** Unknown critical ones and the like go into `extensions`; the version stands for itself. */
  readonly version?: number;
}

export const nonceId = '1.3.6.1.5.5.7.48.1.2';

export function writeOcspResponse(description: OcspDescription): Uint8Array {
  const { signerKey, certificates = [], nonce, responderName } = description;
  const extensions = [
    ...(nonce === undefined ? [] : [extension(nonceId, der.octetString(nonce))]),
    ...(description.extensions ?? []),
  ];
  const data = der.sequence(
    ...(description.version === undefined ? [] : [der.explicit(0, der.integer(description.version))]),
    responderName === undefined
      ? der.explicit(2, der.octetString(keyIdOf(signerKey)))
      : der.explicit(1, responderName),
    der.generalizedTime(description.producedAt),
    der.sequence(...description.answers.map(writeAnswer)),
    ...(extensions.length === 0 ? [] : [der.explicit(1, der.sequence(...extensions))]),
  );
  const basic = signed(
    signerKey,
    data,
    ...(certificates.length === 0 ? [] : [der.explicit(0, der.sequence(...certificates))]),
  );
  return der.sequence(
    der.enumerated(0),
    der.explicit(0, der.sequence(der.oid('1.3.6.1.5.5.7.48.1.1'), der.octetString(basic))),
  );
}

/** An answer without content: 1 malformed request, 2 internal error, 3 try later, 6 unauthorized. */
export function writeOcspError(status: number): Uint8Array {
  return der.sequence(der.enumerated(status));
}

function writeAnswer(answer: SingleAnswer): Uint8Array {
  const { nextUpdate, extensions = [] } = answer;
  return der.sequence(
    answer.certId,
    writeStatus(answer.status),
    der.generalizedTime(answer.thisUpdate),
    ...(nextUpdate === undefined ? [] : [der.explicit(0, der.generalizedTime(nextUpdate))]),
    ...(extensions.length === 0 ? [] : [der.explicit(1, der.sequence(...extensions))]),
  );
}

function writeStatus(status: OcspStatus): Uint8Array {
  if (status.kind === 'good') return der.implicit(0, der.nothing());
  if (status.kind === 'unknown') return der.implicit(2, der.nothing());
  const reason = status.reason === undefined ? [] : [der.explicit(0, der.enumerated(reasons[status.reason]))];
  return der.implicit(1, der.sequence(der.generalizedTime(status.at), ...reason));
}
