import { readFileSync } from 'node:fs';
import { readListKeys } from '../../gate/pack/list-keys.ts';
import type { GateConfig } from '../../gate/config/config.ts';
import { readCertificateHead } from '../../hsm/certificate/certificate-head.ts';
import { openEventKey } from '../../hsm/keys/event-keys.ts';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import type { EntryRecord } from '../../ticketing/entry-list/entry-record.ts';
import { openPack } from '../../ticketing/entry-list/open-pack.ts';
import { writeDelta } from '../../ticketing/entry-list/write-entry-list.ts';
import type { Visitor } from '../world/visitors.ts';
import type { World } from '../world/world.ts';

/** What the ticketing service hands out when someone buys a ticket after the pack was made, change by change. */
export class LateTickets {
  readonly #world: World;
  readonly #list;

  constructor(world: World, config: GateConfig) {
    this.#world = world;
    this.#list = openPack(readFileSync(world.pack), {
      verifyKeys: readListKeys(config.listKeys),
      gateGroup: config.gateGroup,
      now: new Date(),
    }).list;
  }

  /** The delta by which this visitor is on the list. */
  async delta(visitor: Visitor, record: EntryRecord): Promise<Uint8Array> {
    const token = await this.#world.tokens.open('ticketing');
    try {
      const eventKey = await openEventKey(token, 'sandbox');
      const bytes = await writeDelta({
        base: this.#list,
        version: this.#list.version + 1,
        issuedAt: new Date(),
        signer: await openSigner(token, 'list-signing'),
        written: [
          {
            serialHash: await eventKey.serialHash(
              readCertificateHead(visitor.person.authentication.certificate),
            ),
            ticketHash: await eventKey.ticketHash(record.ticket),
            record,
          },
        ],
      });
      this.#list.apply(bytes);
      return bytes;
    } finally {
      token.close();
    }
  }
}
