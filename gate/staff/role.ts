import { z } from 'zod';

/** Who may do what at a gate; each role has a PIN. A supervisor may do all that staff may. */
export const roleNames = ['staff', 'supervisor'] as const;
export const role = z.enum(roleNames);
export type Role = z.output<typeof role>;

/** Whether someone of this role may do what needs that one. */
export function mayActAs(held: Role, needed: Role): boolean {
  return roleNames.indexOf(held) >= roleNames.indexOf(needed);
}
