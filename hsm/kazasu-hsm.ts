#!/usr/bin/env node
import { addCeremonyCommands } from './cli/ceremony.ts';
import { addCertificateCommands } from './cli/certificate.ts';
import { addEventKeyCommands } from './cli/event-key.ts';
import { addSingleKeyCommands } from './cli/key.ts';
import { addTerminalKeyCommands } from './cli/terminal-key.ts';
import { addTokenCommands } from './cli/token.ts';
import { addTrustCommands } from './cli/trust.ts';
import { createProgram, runProgram } from './program/program.ts';

const program = createProgram('kazasu-hsm', 'Keys and trust: tokens, the key ceremony, certificates.');
addTokenCommands(program);
addTerminalKeyCommands(program);
addSingleKeyCommands(program);
addEventKeyCommands(program);
addCeremonyCommands(program);
addTrustCommands(program);
addCertificateCommands(program);

process.exitCode = await runProgram(program, process.argv.slice(2));
