export const toolNames = ['receipts', 'ready', 'pack', 'journal'] as const;
export type ToolName = (typeof toolNames)[number];

/** Which tool lies open. */
export class Toolbox {
  open = $state<ToolName>('receipts');
}
