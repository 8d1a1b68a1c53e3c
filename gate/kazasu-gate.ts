#!/usr/bin/env -S node --max-semi-space-size=2
// A small young generation: some more collections, each too short to be seen in a tap's time.
import { createProgram, runProgram } from '../hsm/program/program.ts';
import { addCardCommands } from './cli/card.ts';
import { addCheckCommand } from './cli/check.ts';
import { addEnrolCommand } from './cli/enrol.ts';
import { addJournalCommands } from './cli/journal.ts';
import { addKioskCommand } from './cli/kiosk.ts';
import { addPackCommands } from './cli/pack.ts';
import { addPrinterCommands } from './cli/printer.ts';
import { addRunCommand } from './cli/run.ts';
import { addStaffCommands } from './cli/staff.ts';

const program = createProgram('kazasu-gate', 'The terminal at the lane: takes taps, offline.');
addRunCommand(program);
addCheckCommand(program);
addEnrolCommand(program);
addPackCommands(program);
addStaffCommands(program);
addJournalCommands(program);
addCardCommands(program);
addPrinterCommands(program);
addKioskCommand(program);
process.exitCode = await runProgram(program, process.argv.slice(2));
