import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Signer } from '../../hsm/keys/signer.ts';
import type { JournalEvent } from '../../gate/journal/journal-event.ts';
import type { JournalOptions } from '../../gate/journal/journal-options.ts';
import { Journal } from '../../gate/journal/journal.ts';
import { softwareSigner } from './software-signer.ts';

/** A folder in which a test opens a journal again and again, with a clock that the test moves. */
export class JournalFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'kazasu-journal-'));
  readonly file = join(this.folder, 'journal.sqlite');
  readonly signer: Signer = softwareSigner();
  readonly events: JournalEvent[] = [];
  now = Date.parse('2026-11-21T18:00:00+09:00');

  open(change: Partial<JournalOptions> = {}): Promise<Journal> {
    return Journal.open({
      file: this.file,
      gate: 'north-1',
      signer: this.signer,
      now: () => this.now,
      tell: (event) => this.events.push(event),
      ...change,
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
