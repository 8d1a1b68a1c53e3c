import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntryContent } from '../../gate/journal-format/entry.ts';
import { exportJournal } from '../../gate/journal/export.ts';
import { Journal } from '../../gate/journal/journal.ts';
import type { JournalOptions } from '../../gate/journal/journal-options.ts';
import { readJournal } from '../../gate/journal/read-journal.ts';
import { newId } from '../../ticketing/store/new-id.ts';
import type { Store } from '../../ticketing/store/store.ts';
import { keyColumns, type GateRow } from '../../ticketing/gates/gate.ts';
import { softwareSigner } from '../journal/software-signer.ts';
import { doorsAt, type SessionRows } from './hall.ts';

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A gate that is enrolled in the store, with a real journal in a folder of its own. */
export class GateInHall {
  readonly name: string;
  readonly row: GateRow;
  readonly session: SessionRows;
  readonly signer = softwareSigner();
  now = doorsAt;
  #folder: string;
  #journal: Journal | undefined;

  private constructor(name: string, row: GateRow, session: SessionRows) {
    this.name = name;
    this.row = row;
    this.session = session;
    this.#folder = mkdtempSync(join(tmpdir(), 'kazasu-gate-in-hall-'));
  }

  static async enrol(
    store: Store,
    session: SessionRows,
    name: string,
    { door = name, gateGroup = 'main' } = {},
  ): Promise<GateInHall> {
    const signer = softwareSigner();
    const enrolment = {
      gate: name,
      identityKey: signer.publicKey,
      transportKey: { publicKey, hashes: ['sha256', 'sha1'] as const },
    };
    const row = await store.db
      .insertInto('gates')
      .values({
        id: newId(),
        organisation_id: session.organisation,
        name,
        gate_group: gateGroup,
        door,
        direction: 'in',
        ...keyColumns(enrolment),
        state: 'enrolled',
        enrolled_at: 0,
        revision: 1,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const gate = new GateInHall(name, row, session);
    Object.assign(gate, { signer });
    return gate;
  }

  /** Its journal, opened where it is not. */
  async open(change: Partial<JournalOptions> = {}): Promise<Journal> {
    this.#journal ??= await Journal.open({
      file: join(this.#folder, 'journal.sqlite'),
      gate: this.name,
      signer: this.signer,
      now: () => this.now,
      ...change,
    });
    return this.#journal;
  }

  async record(...contents: readonly EntryContent[]): Promise<void> {
    const journal = await this.open();
    for (const content of contents) {
      this.now = Math.max(this.now, content.at);
      journal.record(content);
    }
  }

  /** A tap that was let in, or what else it ended in. */
  async tap(
    at: number,
    ticket: string,
    more: Partial<Extract<EntryContent, { kind: 'tap' }>> = {},
  ): Promise<void> {
    await this.record({
      kind: 'tap',
      at,
      session: this.session.name,
      verdict: 'admitted',
      direction: 'in',
      ticket,
      category: 'S',
      ...more,
    });
  }

  async handOver(): Promise<Uint8Array> {
    return (await (await this.open()).handOver()).file;
  }

  /** What `journal export` writes of a gate that does not run. */
  exported(): Uint8Array {
    return readJournal(join(this.#folder, 'journal.sqlite'), (store) => exportJournal(store, this.name));
  }

  async close(): Promise<void> {
    await this.#journal?.close();
    this.#journal = undefined;
  }

  /** Copies all that the closed gate has on its disk; answers how to put it back. */
  backUp(): () => void {
    const copy = mkdtempSync(join(tmpdir(), 'kazasu-gate-copy-'));
    cpSync(this.#folder, copy, { recursive: true });
    return () => {
      rmSync(this.#folder, { recursive: true });
      this.#folder = copy;
    };
  }

  async remove(): Promise<void> {
    await this.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
