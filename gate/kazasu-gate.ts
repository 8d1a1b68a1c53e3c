#!/usr/bin/env node
import { createProgram, runProgram } from '../hsm/program/program.ts';
import { addCardCommands } from './cli/card.ts';
import { addJournalCommands } from './cli/journal.ts';
import { addPackCommands } from './cli/pack.ts';
import { addRunCommand } from './cli/run.ts';

const program = createProgram('kazasu-gate', 'The terminal at the lane: takes taps, offline.');
addRunCommand(program);
addPackCommands(program);
addJournalCommands(program);
addCardCommands(program);
process.exitCode = await runProgram(program, process.argv.slice(2));
