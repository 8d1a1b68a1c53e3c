// Revocation lists from their descriptions, each with the one answer that it must give about one user
// certificate, and the answer of `openssl verify -crl_check` beside it. Where the two differ, it says why.
import { answerCases } from './crl-cases-of-answers.ts';
import { formCases } from './crl-cases-of-form.ts';
import { timeCases } from './crl-cases-of-time.ts';
import type { CrlCase } from './crl-kit.ts';

export const crlCases: readonly CrlCase[] = [...answerCases, ...timeCases, ...formCases];
