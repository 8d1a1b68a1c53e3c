import { randomBytes } from 'node:crypto';
import * as der from '../encoding/der.ts';
import type { Purpose } from './generations.ts';

const attribute = { C: '2.5.4.6', O: '2.5.4.10', OU: '2.5.4.11', CN: '2.5.4.3' } as const;

/**
 * A Name, its attributes in the order given.
 *
 * @example
 * nameOf(['C', 'JP'], ['O', 'JPKI'])
 */
export function nameOf(...attributes: readonly (readonly [keyof typeof attribute, string])[]): Uint8Array {
  return der.sequence(
    ...attributes.map(([type, text]) =>
      der.set(
        der.sequence(
          der.oid(attribute[type]),
          type === 'C' ? der.printableString(text) : der.utf8String(text),
        ),
      ),
    ),
  );
}

const unit = { authentication: 'JPKI for user authentication', signature: 'JPKI for digital signature' };
const unitInJapanese = {
  authentication: '公的個人認証サービス利用者証明用',
  signature: '公的個人認証サービス署名用',
};

/** The one name that all generations of a purpose's root share. */
export function caName(purpose: Purpose): Uint8Array {
  return nameOf(
    ['C', 'JP'],
    ['O', 'JPKI'],
    ['OU', unit[purpose]],
    ['OU', 'Japan Agency for Local Authority Information Systems'],
  );
}

/** The same in Japanese, as certificates carry it in issuerAltName. */
export function caNameInJapanese(purpose: Purpose): Uint8Array {
  return nameOf(
    ['C', 'JP'],
    ['O', '公的個人認証サービス'],
    ['OU', unitInJapanese[purpose]],
    ['OU', '地方公共団体情報システム機構'],
  );
}

/** Where the CRL of a purpose's certificates is to be found in the (imagined) directory. */
export function distributionPointName(purpose: Purpose): Uint8Array {
  return nameOf(
    ['C', 'JP'],
    ['O', 'JPKI'],
    ['OU', unit[purpose]],
    ['OU', 'CRL Distribution Points'],
    ['OU', 'Sandbox-ken'],
    ['CN', 'Kazasu-shi CRLDP'],
  );
}

/** A user's subject: an opaque name and the country, nothing about the person. */
export function opaqueSubject(): Uint8Array {
  return nameOf(['C', 'JP'], ['CN', randomBytes(16).toString('hex').toUpperCase()]);
}
