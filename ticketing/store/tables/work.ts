/** Background work. */
export interface WorkTables {
  jobs: JobRow;
}

interface JobRow {
  id: string;
  kind: string;
  /** Among jobs that wait, one of a kind with this name. */
  name: string;
  /** JSON. */
  payload: string;
  state: 'waiting' | 'failed';
  run_at: number;
  attempts: number;
  /** Until when an instance has it in hand, and which. */
  taken_until: number;
  taken_by: string | null;
  /** The code of the error that the last attempt ended with. */
  error: string | null;
}
