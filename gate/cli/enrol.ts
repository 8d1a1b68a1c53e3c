import { writeFileSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import { signingKeyId } from '../../hsm/http-signature/sign-request.ts';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import { describeTransportKey } from '../../hsm/keys/transport-key.ts';
import { consoleOf } from '../../hsm/program/program.ts';
import { readPin, TOKEN_PIN } from '../../hsm/token/pin.ts';
import { openToken } from '../../hsm/token/token.ts';
import {
  writeEnrolment,
  type EnrolmentAnswer,
  type EnrolmentRequest,
} from '../../ticketing/gate-api/enrolment.ts';
import type { Signer } from '../../hsm/keys/signer.ts';
import { readConfig, type GateConfig } from '../config/config.ts';
import { SyncError } from '../sync/sync-error.ts';
import { TicketingClient } from '../sync/ticketing-client.ts';
import { takeListKeys, type NamedListKey } from '../sync/trusted-list-keys.ts';

interface EnrolOptions {
  readonly config: string;
  readonly code?: string;
  readonly out?: string;
}

/** Adds `enrol`: how a gate becomes known to the ticketing service. */
export function addEnrolCommand(program: Command): void {
  program
    .command('enrol')
    .description(
      'Makes this gate’s keys known to the ticketing service: over the network with a one-time code, or by a file.',
    )
    .requiredOption('--config <file>', 'the gate’s configuration')
    .option('--code <code>', 'the one-time code from the organiser’s screen', readCode)
    .option('--out <file>', 'write the request to a file for the organiser instead')
    .action(async ({ config: file, code, out }: EnrolOptions, command: Command) => {
      if ((code === undefined) === (out === undefined)) {
        command.error('error: give --code to enrol over the network, or --out for a file', { exitCode: 2 });
      }
      const config = readConfig(file);
      const console = consoleOf(command);
      const { module, token: label, parameters } = config.pkcs11;
      const more = parameters === undefined ? {} : { parameters };
      const token = await openToken({ module, token: label, pin: await readPin(TOKEN_PIN), ...more });
      try {
        const identity = await openSigner(token, 'gate-identity');
        const transportKey = await describeTransportKey(token);
        const named = code === undefined ? {} : { code };
        const request = await writeEnrolment({ gate: config.gate, ...named, transportKey }, identity);
        const fingerprint = signingKeyId(identity.publicKey);
        if (out !== undefined) {
          writeRequest(out, request);
          console.result({ file: out, gate: config.gate, fingerprint }, inFile(out, fingerprint));
          return;
        }
        const { answer, listKeys } = await enrol(config, request, identity);
        const differs = differences(config, answer);
        console.result({ ...answer, listKeys, differs }, enrolled(answer, listKeys, differs));
      } finally {
        token.close();
      }
    });
}

async function enrol(
  { ticketing, listKeys }: GateConfig,
  request: EnrolmentRequest,
  identity: Signer,
): Promise<{ answer: EnrolmentAnswer; listKeys: NamedListKey[] }> {
  if (ticketing === undefined) {
    throw new SyncError(
      'no-ticketing',
      'The configuration names no ticketing service: add "ticketing", or enrol with --out and a file.',
    );
  }
  const client = new TicketingClient({
    url: ticketing,
    identity: () => Promise.resolve(identity),
    now: Date.now,
  });
  const answer = await client.enrol(request);
  if (answer.gate !== request.gate || answer.fingerprint !== signingKeyId(identity.publicKey)) {
    throw new SyncError('not-understood', 'The service’s answer is about another gate; ask its operator.');
  }
  return { answer, listKeys: takeListKeys(listKeys, answer.listKeys) };
}

/** Where the service has this gate stand, and the configuration has it elsewhere. */
function differences(config: GateConfig, answer: EnrolmentAnswer): string[] {
  return (['gateGroup', 'door', 'direction'] as const)
    .filter((name) => config[name] !== answer[name])
    .map((name) => `"${name}" is ${config[name]} in the configuration, and ${answer[name]} at the service`);
}

function enrolled(
  { gate, fingerprint }: EnrolmentAnswer,
  listKeys: readonly NamedListKey[],
  differs: readonly string[],
): string {
  const keys = listKeys.map(
    (key) => `  ${key.fingerprint}${key.file === undefined ? '' : `, written to ${key.file}`}`,
  );
  return [
    `${gate} is enrolled, with the identity key ${fingerprint}.`,
    'The service signs lists with this key; compare it with the organiser’s screen:',
    ...keys,
    ...differs.map((each) => `Mend the configuration: ${each}.`),
  ].join('\n');
}

function inFile(file: string, fingerprint: string): string {
  return `The request is in ${file}. Hand it to the organiser, who compares this fingerprint:\n${fingerprint}`;
}

function writeRequest(file: string, request: EnrolmentRequest): void {
  try {
    writeFileSync(file, `${JSON.stringify(request, null, 2)}\n`, { flag: 'wx' });
  } catch (cause) {
    throw new SyncError(
      'wrong-file',
      `The file ${file} cannot be made: it is there already, or its folder is not.`,
      { cause },
    );
  }
}

function readCode(text: string): string {
  if (!/^[A-Za-z0-9-]{8,64}$/.test(text)) {
    throw new InvalidArgumentError('It is 8 to 64 letters, digits and dashes.');
  }
  return text;
}
