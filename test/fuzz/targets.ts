import { generateKeyPairSync } from 'node:crypto';
import { decodeAnswer } from '../../gate/card/apdu.ts';
import { openCheckpoint } from '../../gate/journal-format/checkpoint.ts';
import { verifyJournal } from '../../gate/journal-format/verify.ts';
import { checkCertificate } from '../../hsm/certificate/check-certificate.ts';
import { parseCertificate } from '../../hsm/certificate/certificate.ts';
import { readPersonalAttributes } from '../../hsm/certificate/personal-attributes.ts';
import { importRoot } from '../../hsm/certificate/root.ts';
import { readCrl } from '../../hsm/revocation/crl-reader.ts';
import { checkOcspAnswer } from '../../hsm/revocation/ocsp-answer.ts';
import { certIdOf, writeOcspRequest } from '../../hsm/revocation/ocsp-request.ts';
import { writeJpkiBody, writeJpkiCertificate } from '../../hsm/terminal-certificate/jpki-certificate.ts';
import { parseTerminalCertificate } from '../../hsm/terminal-certificate/terminal-certificate.ts';
import { openContainer, openSections, writeContainer } from '../../ticketing/entry-list/container.ts';
import { openEntryList } from '../../ticketing/entry-list/entry-list.ts';
import { listManifest } from '../../ticketing/entry-list/manifest.ts';
import { openPack } from '../../ticketing/entry-list/open-pack.ts';
import { decodeFields } from '../../ticketing/entry-list/signed-fields.ts';
import { writePack } from '../../ticketing/entry-list/write-pack.ts';
import { readSeatMap } from '../../ticketing/events/seat-map.ts';
import { readEnrolment, writeEnrolment } from '../../ticketing/gate-api/enrolment.ts';
import { readApplication } from '../../ticketing/signed-form/application-form.ts';
import { readBinding } from '../../ticketing/signed-form/binding-form.ts';
import { Authority } from '../authority/authority.ts';
import { clearSigner } from '../entry-list/clear-signer.ts';
import { clearEventKey } from '../entry-list/event-key.ts';
import { bytesOf, noon, sampleContents, sampleList } from '../entry-list/sample.ts';
import { softwareSigner } from '../journal/software-signer.ts';
import { JournalFolder } from '../journal/journal-folder.ts';

/** A reader of what comes from outside. */
export interface Target {
  readonly name: string;
  /** What it takes, to be changed. */
  readonly samples: readonly Uint8Array[];
  /** Reads; refuses with an error of ours, or not at all. Any other error is a finding. */
  feed(bytes: Uint8Array): unknown;
}

/** All that reads what a card, a file, a stick or the network gives. */
export async function openTargets(): Promise<readonly Target[]> {
  return [...(await ofCertificates()), ...(await ofLists()), ...(await ofJournals()), ...(await ofTexts())];
}

async function ofCertificates(): Promise<Target[]> {
  const authority = await Authority.create({ now: () => noon });
  const { authentication, signature } = authority.issuePerson();
  const rootFiles = authority.rootCertificates('authentication');
  const roots = rootFiles.map(importRoot);
  const [root] = roots;
  if (root === undefined || signature === undefined) throw new Error('The authority issued nothing.');
  const serial = parseCertificate(authentication.certificate).serial;
  const nonce = new Uint8Array(32).fill(9);
  const id = certIdOf(root, serial, 'sha256');
  const keyIds = { issuerKeyId: nonce.subarray(0, 16), subjectKeyId: nonce.subarray(16) };
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const body = writeJpkiBody({ ...keyIds, publicKey });
  return [
    {
      name: 'certificate',
      samples: [authentication.certificate, signature.certificate],
      feed: (bytes) => checkCertificate(bytes, { purpose: 'authentication', roots, at: noon }),
    },
    {
      name: 'personal-attributes',
      samples: [signature.certificate],
      feed: (bytes) => readPersonalAttributes(parseCertificate(bytes)),
    },
    { name: 'root', samples: rootFiles, feed: importRoot },
    {
      name: 'crl',
      samples: [authority.crl('authentication', 2023)],
      feed: (bytes) => readCrl(bytes, roots),
    },
    {
      name: 'ocsp',
      samples: [authority.ocsp(writeOcspRequest(id, nonce))],
      feed: (bytes) => checkOcspAnswer(bytes, { id, root, nonce, at: noon }),
    },
    {
      name: 'terminal-certificate',
      samples: [writeJpkiCertificate(body, new Uint8Array(256).fill(1))],
      feed: parseTerminalCertificate,
    },
    {
      name: 'card-answer',
      samples: [Uint8Array.of(0x90, 0x00), authentication.certificate],
      feed: decodeAnswer,
    },
  ];
}

async function ofLists(): Promise<Target[]> {
  const signer = clearSigner();
  const list = await sampleList(clearEventKey(bytesOf('event key')), signer, 20);
  const pack = await writePack({ list, contents: sampleContents(), issuedAt: noon, signer });
  const trusting = { verifyKeys: signer.verifyKeys, gateGroup: 'north', now: noon };
  const head = openContainer('list', list, signer.verifyKeys);
  const fields = decodeFields(listManifest, head.manifest);
  const names = fields.sections.map(({ name }) => name);
  const found = openSections(list, head.sectionsAt, fields.sections, names);
  const sections = Object.entries(found).map(([name, bytes]) => ({ name, bytes }));
  return [
    { name: 'entry-list', samples: [list], feed: (bytes) => openEntryList(bytes, trusting) },
    { name: 'pack', samples: [pack], feed: (bytes) => openPack(bytes, trusting) },
    {
      // Behind the signature: what whoever signs lists could write.
      name: 'signed-manifest',
      samples: [head.manifest],
      feed: async (manifest) =>
        openEntryList(await writeContainer('list', manifest, sections, signer), trusting),
    },
  ];
}

async function ofJournals(): Promise<Target[]> {
  const folder = new JournalFolder();
  try {
    const journal = await folder.open();
    for (let at = 0; at < 12; at += 1) {
      journal.record({
        kind: 'tap',
        at: folder.now + at,
        session: 'spring/first night',
        verdict: 'admitted',
        direction: 'in',
        ticket: `K-${at}`,
        tag: new Uint8Array(16).fill(at),
      });
    }
    const { file, checkpoint } = await journal.handOver();
    await journal.close();
    const keys = [folder.signer.publicKey];
    return [
      { name: 'journal', samples: [file], feed: (bytes) => verifyJournal(bytes, { keys }) },
      {
        name: 'checkpoint',
        samples: [Buffer.from(checkpoint.note)],
        feed: (bytes) => openCheckpoint(Buffer.from(bytes).toString(), keys),
      },
    ];
  } finally {
    folder.remove();
  }
}

async function ofTexts(): Promise<Target[]> {
  const text = (value: string): Uint8Array => Buffer.from(value);
  const application = {
    format: 'kazasu/application/v1',
    id: '00112233445566778899aabbccddeeff',
    at: '2027-01-15T03:04:05.678Z',
    session: 'first-night',
    event: { ja: '春の音楽会', en: 'Spring concert' },
    title: { ja: '初日', en: 'First night' },
    startsAt: '2027-04-03T09:00:00.000Z',
    category: 'S',
    categoryText: { ja: 'S席', en: 'S seat' },
    tickets: 2,
    companions: 'own-cards',
    price: 8000,
    total: 16000,
  };
  const { event, title, startsAt, at } = application;
  const binding = {
    format: 'kazasu/binding/v1',
    challenge: '9'.repeat(64),
    at,
    ticket: 'K26-000001',
    event,
    title,
    startsAt,
  };
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const transportKey = { publicKey, hashes: ['sha256', 'sha1'] as const };
  const enrolment = await writeEnrolment({ gate: 'north-1', transportKey }, softwareSigner());
  return [
    {
      name: 'seat-map',
      samples: [text('label,category,doors,x,y\r\n"1階 A列 1番",S,north;south,1,2\r\n2,"A ""B""",,3,4\r\n')],
      feed: readSeatMap,
    },
    { name: 'application', samples: [text(JSON.stringify(application))], feed: readApplication },
    {
      name: 'binding',
      samples: [text(JSON.stringify(binding))],
      feed: readBinding,
    },
    {
      name: 'enrolment',
      samples: [text(JSON.stringify(enrolment))],
      feed: (bytes) => readEnrolment(Buffer.from(bytes).toString()),
    },
  ];
}
