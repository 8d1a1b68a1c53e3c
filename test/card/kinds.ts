import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { CardHolder } from './card-contents.ts';
import { foreignCard } from './foreign-card.ts';
import { hostileCard, hostilities, type Hostility } from './hostile-card.ts';
import { sandboxPins } from './card-contents.ts';
import { slowCard, tornCard, wronglySigningCard } from './faulty-card.ts';
import { oldResidentCard } from './old-resident-card.ts';
import { type CardOptions, ordinaryCard } from './ordinary-card.ts';
import { status } from './status-words.ts';
import { tokenLabel } from './token-info.ts';
import type { VirtualCard } from './virtual-card.ts';

/** What the authority is to do for the holder of a card of some kind. */
interface HolderWish {
  readonly withoutSignature?: boolean;
  readonly expired?: boolean;
  readonly unknownIssuer?: boolean;
  readonly algorithm?: 'rsa2048' | 'p384';
}

/** One kind of card. */
export interface CardKind {
  /** What its holder is issued, in the words of the authority's options. */
  readonly holder: HolderWish;
  /** Whether the authority revokes the certificate afterwards. */
  readonly revoked?: boolean;
  /** The way of terminal authentication that it was made with; `terminalRoot` is to be of the same. */
  readonly profile: 'jpki-rsa' | 'eac-rsa' | 'eac-p384';
  make(options: CardOptions): VirtualCard;
}

/** Every kind of card, by name. Tests go through them, and the sandbox's screen offers them. */
export const cardKinds = {
  ordinary: kind({}),
  child: kind({
    holder: { withoutSignature: true },
    make: (options) => ordinaryCard({ ...options, pins: { authentication: sandboxPins.authentication } }),
  }),
  /** 顔認証: without any PIN. */
  face: kind({
    holder: { withoutSignature: true },
    make: (options) => ordinaryCard({ ...options, pins: {} }),
  }),
  expired: kind({ holder: { expired: true } }),
  revoked: kind({ revoked: true }),
  'unknown-issuer': kind({ holder: { unknownIssuer: true } }),
  cloned: kind({ make: (options) => ordinaryCard({ ...options, holder: cloneOf(options.holder) }) }),
  'wrong-signature': kind({ make: (options) => wronglySigningCard(ordinaryCard(options)) }),
  /** One bit of the certificate is not as it was signed. */
  'altered-certificate': kind({
    make: (options) => ordinaryCard({ ...options, holder: alteredCertificate(options.holder) }),
  }),
  'old-resident-card': kind({
    make: ({ holder, terminalRoot }) => {
      if (holder.signature === undefined) throw new TypeError('The old card holds a signature certificate.');
      return oldResidentCard({ signature: holder.signature, terminalRoot });
    },
  }),
  android: kind({ make: (options) => ordinaryCard({ ...options, label: tokenLabel.android }) }),
  iphone: kind({ make: (options) => ordinaryCard({ ...options, label: tokenLabel.iphone }) }),
  /** A second card for the international way of terminal authentication with today's keys. */
  'eac-rsa': kind({ profile: 'eac-rsa' }),
  'next-generation': kind({ holder: { algorithm: 'p384' }, profile: 'eac-p384' }),
  /** Knows neither short ids nor signing forms but the plain one, and says 6A86. */
  'plain-forms': kind({ make: (options) => plainForms(options, status.wrongParameters) }),
  /** The same, and says 6700. */
  'plain-forms-by-length': kind({ make: (options) => plainForms(options, status.wrongLength) }),
  foreign: kind({ make: foreignCard }),
  /** Leaves after its third answer. */
  torn: kind({ make: (options) => tornCard(ordinaryCard(options), 3) }),
  /** A tenth of a second for each command. */
  slow: kind({ make: (options) => slowCard(ordinaryCard(options), 100) }),
} as const satisfies Record<string, CardKind>;

export type CardKindName = keyof typeof cardKinds;

/** The hostile cards, by what each does. */
export const hostileKinds: readonly { readonly hostility: Hostility; readonly kind: CardKind }[] = (
  Object.keys(hostilities) as Hostility[]
).map((hostility) => ({
  hostility,
  kind: kind({ make: (options) => hostileCard(ordinaryCard(options), hostility) }),
}));

/** A kind is an ordinary card in all that is not said. */
function kind(differs: Partial<CardKind>): CardKind {
  const profile = differs.profile ?? 'jpki-rsa';
  const make = differs.make ?? ordinaryCard;
  return { holder: {}, ...differs, profile, make: (options) => make({ ...options, profile }) };
}

/** The certificate of another, which anyone may read, with a key of one's own. */
function cloneOf(holder: CardHolder): CardHolder {
  const { authentication, ...rest } = holder;
  return { ...rest, authentication: { ...authentication, privateKey: keyLike(authentication.privateKey) } };
}

function keyLike(key: KeyObject): KeyObject {
  return key.asymmetricKeyType === 'ec'
    ? generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
    : generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

/** The last byte belongs to the CA's signature. */
function alteredCertificate(holder: CardHolder): CardHolder {
  const certificate = Uint8Array.from(holder.authentication.certificate);
  const last = certificate.length - 1;
  certificate[last] = (certificate[last] ?? 0) ^ 0x01;
  return { ...holder, authentication: { ...holder.authentication, certificate } };
}

function plainForms(options: CardOptions, refusal: number): VirtualCard {
  return ordinaryCard({ ...options, refuseShortIds: refusal, refuseHashSigning: refusal });
}
