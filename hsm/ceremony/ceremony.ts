import { userInfo } from 'node:os';
import { CodedError } from '../coded-error.ts';
import { whileLocked } from '../keys/state-folder.ts';
import { Approvers } from './approvers.ts';
import { CeremonyError } from './ceremony-error.ts';
import { appendEntry, readCeremonyLog, type CeremonyDetail, type CeremonyLog } from './ceremony-log.ts';

/** How many must approve: `nobody`; `two-if-enrolled`, once two approvers are; `two`, always. */
export type ApprovalRule = 'nobody' | 'two-if-enrolled' | 'two';

/** An approver, and how to get their PIN: asked for only when it is needed. */
export interface Approval {
  readonly name: string;
  pin(): Promise<string>;
}

export interface Act<T> {
  /** The command, as the log names it. */
  readonly act: string;
  /** What is known before it is done. */
  readonly detail: CeremonyDetail;
  readonly rule: ApprovalRule;
  /** Does it, and says what came of it: `detail` for the log, `result` for whoever asked. */
  work(): Promise<{ readonly detail?: CeremonyDetail; readonly result: T }>;
}

export interface CeremonyOptions {
  readonly folder: string;
  readonly approvals: readonly Approval[];
  readonly now?: () => Date;
}

/**
 * Does one act with keys: alone on the state folder, approved where it must be, and written to the log
 * whether it succeeds or fails. An act whose log cannot be read is not begun.
 */
export async function perform<T>(options: CeremonyOptions, act: Act<T>): Promise<T> {
  const { folder, now = () => new Date() } = options;
  return whileLocked(folder, async () => {
    const log = await readCeremonyLog(folder);
    let approvedBy: string[] = [];
    const record = (outcome: object, detail: CeremonyDetail = {}): Promise<unknown> =>
      appendEntry(folder, {
        at: now().toISOString(),
        act: act.act,
        user: userInfo().username,
        detail: { ...act.detail, ...detail },
        approvedBy,
        outcome: 'done',
        ...outcome,
      });
    try {
      approvedBy = await approved(options, act.rule, log);
      const { detail, result } = await act.work();
      await record({}, detail);
      return result;
    } catch (error) {
      const code = error instanceof CodedError ? (error.code as string) : 'unexpected';
      await record({ outcome: 'failed', code });
      throw error;
    }
  });
}

/** Who approved, after each has; throws where the rule is not met. */
async function approved(
  { folder, approvals }: CeremonyOptions,
  rule: ApprovalRule,
  log: CeremonyLog,
): Promise<string[]> {
  if (rule === 'nobody') return [];
  const approvers = await Approvers.open(folder, log);
  if (!approvers.inForce) {
    if (rule === 'two-if-enrolled') return [];
    throw new CeremonyError(
      'approval-missing',
      'This needs the approval of two persons. Enrol them first with "ceremony approver NAME".',
    );
  }
  const names = new Set(approvals.map(({ name }) => name));
  if (names.size < 2)
    throw new CeremonyError(
      'approval-missing',
      `This needs two of the approvers (${approvers.names.join(', ')}): add --approve NAME twice, for two of them.`,
    );
  for (const approval of approvals) await approvers.approve(approval.name, await approval.pin());
  return [...names];
}
