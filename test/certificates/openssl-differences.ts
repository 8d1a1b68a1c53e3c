// Where `openssl verify -x509_strict` answers otherwise than the rule at the door, and why ours stands.
// The differential test holds every line to the truth: a difference that is not here fails it, and so does
// a line here that is no difference any more.

export interface Difference {
  readonly openssl: 'accepts' | 'refuses';
  readonly because: string;
  readonly titles: readonly string[];
}

export const differences: readonly Difference[] = [
  {
    openssl: 'accepts',
    because:
      'OpenSSL reads BER and bends where a value has several forms. One certificate with two forms has two fingerprints, and readers that differ on it can be set against each other; DER has one form.',
    titles: [
      'an outer length with a leading zero',
      'an indefinite outer length',
      'a criticality of FALSE, which is the default',
      'cA FALSE written out',
      'keyUsage with trailing zero bits',
      'keyUsage with an unused bit set',
      'keyUsage with a zero byte at its end',
      'a subject whose value is a string in pieces',
      'a subject of two values in one SET, out of order',
      'an end in 2049 as GeneralizedTime',
    ],
  },
  {
    openssl: 'accepts',
    because:
      'OpenSSL stops where the value ends and does not look at what follows. What follows is not signed; the one who reads a card’s file cuts it to the length in its header first.',
    titles: [
      'one byte after its end',
      'the file’s padding of zeros after its end',
      'keyUsage with a byte after its end',
      'RSA with a byte after the key',
    ],
  },
  {
    openssl: 'accepts',
    because:
      'OpenSSL sets no bound on what a certificate holds. A card’s file holds 3,000 bytes, and a reader that takes hostile input needs bounds on size and depth.',
    titles: [
      'more bytes than a certificate has',
      'a name whose value is nested 10,000 deep',
      'a name whose value is nested 1,000 deep',
    ],
  },
  {
    openssl: 'accepts',
    because:
      'The standard (RFC 5280, 4.1.2) forbids it, OpenSSL does not look. The serial is what a card is known by here, so it has one form, and unique identifiers are of another age.',
    titles: [
      'version 4',
      'a serial of 21 bytes',
      'a serial of zero',
      'a negative serial',
      'a unique identifier of the issuer',
      'a unique identifier of the subject',
      'an unknown extension twice',
    ],
  },
  {
    openssl: 'accepts',
    because:
      'OpenSSL compares the issuer’s name and serial only where both are there and the name is a directory name, and passes over them otherwise. What a certificate says of its issuer must be true, or not be said.',
    titles: [
      'a name of its root without a serial',
      'a serial of its root without a name',
      'a name of its root that is not a directory name',
    ],
  },
  {
    openssl: 'accepts',
    because:
      'OpenSSL takes every algorithm that it can compute at its lowest security level. This PKI uses two, each in one encoding; any other on a certificate means that something is not as it should be.',
    titles: [
      'SHA-1 with RSA',
      'SHA-512 with RSA',
      'SHA-256 with RSA, without the NULL',
      'RSASSA-PSS',
      'SHA-256 on P-384',
      'SHA-384 on P-384 with a NULL',
    ],
  },
  {
    openssl: 'accepts',
    because:
      'A path’s last key signs nothing in the path, so OpenSSL does not look at it. Here it must verify the card’s own signature next: a weak or malformed key would let others make that.',
    titles: [
      'RSA-1024',
      'RSA with exponent 3',
      'RSA with exponent 1',
      'RSA of 4,104 bits',
      'RSA of 2,047 bits',
      'RSA with an even modulus',
      'RSA with a negative modulus',
      'RSA without its NULL',
      'a key that is for RSASSA-PSS',
      'P-256',
      'P-384, the point compressed',
      'P-384, the point in hybrid form',
      'P-384, the point at infinity',
    ],
  },
  {
    openssl: 'accepts',
    because:
      'OpenSSL asks whether the certificate may be used for TLS clients; the rule asks whether it is the authentication certificate of a card, which states exactly one use and its policy, both critical.',
    titles: [
      'no keyUsage',
      'keyUsage not critical',
      'keyUsage of a signature certificate',
      'keyUsage with keyEncipherment too',
      'keyUsage with decipherOnly too',
      'keyUsage with a bit that nobody defined',
      'policies not critical',
      'anyPolicy alone',
      'cA TRUE',
    ],
  },
  {
    openssl: 'accepts',
    because:
      'OpenSSL understands name constraints and finds none violated. This PKI’s user certificates have none, so a critical one is unknown here, and unknown critical extensions are refused.',
    titles: ['critical name constraints'],
  },
  {
    openssl: 'refuses',
    because: 'OpenSSL counts whole seconds and leaves out the last one; the standard includes it.',
    titles: ['the end of its last second'],
  },
  {
    openssl: 'refuses',
    because:
      'With -x509_strict OpenSSL demands extensions that the rule can do without: it goes by the issuer’s name, by what is said of the issuer’s key where anything is, and by the signature.',
    titles: [
      'no key identifier: the signature tells which of three roots',
      'name and serial of its root alone',
      'an empty key identifier extension',
    ],
  },
  {
    openssl: 'refuses',
    because:
      'OpenSSL picks one issuer by name and key id before it tries the signature; the rule tries all of that name and key id, since generations share one name.',
    titles: ['two roots with one key identifier: the signature tells'],
  },
  {
    openssl: 'refuses',
    because:
      'With -x509_strict OpenSSL wants a subject or a critical alternative name, and parses extensions it knows. To the rule the subject means nothing, and extensions it does not need are opaque.',
    titles: ['a subject without any attribute', 'a subject key identifier that is not DER'],
  },
];
